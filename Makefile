# make          lists the targets
# make run      starts the service on loopback
# make test     checks everything
SHELL := /bin/bash
.DEFAULT_GOAL := help
ENVIRONMENT := .venv/.made
BIN := .venv/bin

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 14

$(ENVIRONMENT): requirements-dev.lock pyproject.toml .ci/environment
	@.ci/environment
	@touch $@

.PHONY: environment
environment: $(ENVIRONMENT) ## make .venv from requirements-dev.lock

.PHONY: run
run: $(ENVIRONMENT) ## start the service on loopback, for the imaginary host of the fixtures
	@$(BIN)/abusedesk serve --config fixtures/abusedesk.toml

.PHONY: demo
demo: $(ENVIRONMENT) ## fill a fresh store from the fixtures over SMTP, and serve it
	@$(BIN)/abusedesk demo

.PHONY: test
test: lint types floors pytest ## every check; ends with pytest's closing line

.PHONY: lint
lint: $(ENVIRONMENT) ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: $(ENVIRONMENT) ## mypy --strict and basedpyright
	$(BIN)/mypy
	$(BIN)/basedpyright

.PHONY: floors
floors: $(ENVIRONMENT) ## import-linter: each floor imports only the ones below
	$(BIN)/lint-imports --no-cache

.PHONY: pytest
pytest: $(ENVIRONMENT) ## the tests; PYTEST="-k received" chooses
	@.ci/packages
	# The browser's driver keeps an event loop open in its process, so its tests have one of their own.
	@[ -n "$(PYTEST)" ] || $(BIN)/python -m pytest -q tests/browser
	$(BIN)/python -m pytest -q -n auto --ignore tests/browser $(PYTEST)

.PHONY: containers
containers: $(ENVIRONMENT) ## build the image, and start it with its store as the page says
	@.ci/packages containers
	CONTAINERS=1 $(BIN)/python -m pytest -q tests/deploy/test_machine.py -k containers

.PHONY: site
site: $(ENVIRONMENT) ## the documentation as a site, in site/; every warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --clean

.PHONY: screenshots
screenshots: $(ENVIRONMENT) ## take the pictures in docs/screenshots anew
	@.ci/packages
	$(BIN)/python -m tests.browser.screenshots

.PHONY: bench
bench: $(ENVIRONMENT) ## measure, and write docs/performance.md; MAILS, PREFIXES, ONLY
	$(BIN)/python -m bench

.PHONY: bench-desk
bench-desk: $(ENVIRONMENT) ## measure every page of the desk at a million rejections; ROWS, ASKS, STORE
	$(BIN)/python -m bench.desk

.PHONY: faults
faults: $(ENVIRONMENT) ## kills, two nodes, power cuts; KILLS, NODE_KILLS, CUTS; writes docs/reliability.md
	$(BIN)/python -m faults
	$(BIN)/python -m pytest -q tests/faults

N ?= 1000000
SEED ?= 1
.PHONY: fuzz
fuzz: $(ENVIRONMENT) ## a million mutated mails; N, SEED
	$(BIN)/python -m fuzz $(N) $(SEED)

.PHONY: fmt
fmt: $(ENVIRONMENT) ## rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: $(ENVIRONMENT) ## choose versions anew within pyproject.toml and write the lock files
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --output-file requirements-dev.lock --group dev pyproject.toml

# For every Python from 3.11 on and every machine; without the address of an index.
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
