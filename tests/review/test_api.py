"""The same queries for programs."""

import pytest

from review.routes import ROUTES
from tests.review.conftest import TestDesk, first_reference


def test_all_pages_together_are_the_whole_list(shared_desk: TestDesk) -> None:
    client, found, total = shared_desk.browser("vera").client, [], 0
    path = "/api/submissions?verdict=accepted&limit=20"
    while path:
        answer = client.get(path).json()
        found += [one["reference"] + one["arrived_at"] for one in answer["submissions"]]
        path, total = answer["next"], answer["total"]
    assert len(found) == len(set(found)) == total > 20


def test_a_submission_is_the_document_of_its_decision(shared_desk: TestDesk) -> None:
    browser = shared_desk.browser("vera")
    document = browser.client.get(f"/api/submissions/{first_reference(browser.get('/rejected'))}").json()
    assert document["schema"] == 1
    assert document["verdict"] == "rejected"
    assert {"reports", "trace", "answer", "history", "facts", "cases"} <= document.keys()


def test_a_case_has_its_history(shared_desk: TestDesk) -> None:
    client = shared_desk.browser("vera").client
    first = client.get("/api/cases").json()["cases"][0]
    case = client.get(f"/api/cases/{first['reference']}").json()
    assert case["history"][0]["action"] == "opened"
    assert "id" not in case


@pytest.mark.parametrize("path", ["/api/submissions/R-0000-0000-0000", "/api/cases/C-0000-0000-0000", "/api/nothing"])
def test_what_is_not_there_is_said_as_json(shared_desk: TestDesk, path: str) -> None:
    answer = shared_desk.browser("vera").client.get(path)
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_a_filter_that_says_nothing_is_an_error_for_a_program(shared_desk: TestDesk) -> None:
    assert shared_desk.browser("vera").client.get("/api/submissions?since=soon").status_code == 400


def test_the_description_names_every_way_in(shared_desk: TestDesk) -> None:
    document = shared_desk.browser(None).client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(route.method, route.path) for route in ROUTES if route.is_api} - {("GET", "/api/openapi.json")}
    assert all("security" in operation for methods in document["paths"].values() for operation in methods.values())
