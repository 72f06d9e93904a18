import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.reading import DETECTORS
from parsers.report import Outcome
from parsers.scene import Strength
from parsers.submission import Door
from tests.parsers.fixture_mail import MAILS, hits, raw_of, reading, reading_of

FIXTURES = sorted(path for path in MAILS.rglob("*") if path.suffix in (".eml", ".mbox", ".msg"))
doors = st.sampled_from(Door)


@given(st.binary(max_size=2_000), doors)
def test_any_bytes_give_a_reading(raw: bytes, door: Door) -> None:
    assert reading(raw, door=door).reports


@settings(max_examples=200)
@given(st.sampled_from(FIXTURES), st.data(), doors)
def test_a_fixture_with_bytes_changed_cut_out_and_put_in_gives_a_reading(path: object, data: st.DataObject, door: Door) -> None:
    raw = bytearray(raw_of(str(path)))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(raw)))
        match data.draw(st.sampled_from(["change", "cut", "put", "double"])):
            case "change" if at < len(raw):
                raw[at] = data.draw(st.integers(0, 255))
            case "cut":
                del raw[at : at + data.draw(st.integers(1, 400))]
            case "double":
                raw[at:at] = raw[at : at + data.draw(st.integers(1, 400))]
            case _:
                raw[at:at] = data.draw(st.binary(min_size=1, max_size=20))
    assert reading(bytes(raw), door=door).reports


@given(st.sampled_from(FIXTURES), st.data())
def test_a_fixture_cut_short_anywhere_gives_a_reading(path: object, data: st.DataObject) -> None:
    raw = raw_of(str(path))
    assert reading(raw[: data.draw(st.integers(0, len(raw)))]).reports


@given(st.sampled_from(FIXTURES), doors)
def test_the_same_bytes_give_the_same_reading_twice(path: object, door: Door) -> None:
    raw = raw_of(str(path))
    first, second = reading(raw, door=door), reading(raw, door=door)
    assert (first.reports, first.steps, first.defects) == (second.reports, second.steps, second.defects)


def test_every_shape_has_its_own_name() -> None:
    names = [shape.name for shape in DETECTORS]
    assert len(set(names)) == len(names)


def test_the_last_shape_always_finds_something() -> None:
    assert DETECTORS[-1].at_most is Strength.WORDS
    assert hits(reading(b"", door=Door.SMTP)) == ["own-words"]


def test_hits_and_misses_are_in_the_trace_with_a_reason() -> None:
    steps = reading_of("attached/by-outlook.eml").steps
    assert [step.rule for step in steps] == [
        "bounce", "xarf", "feedback-report", "acns", "mbox", "attached", "digest", "outlook-msg", "tnef", "archive",
    ]  # fmt: skip
    assert all(step.because for step in steps)
    assert [step.rule for step in steps if step.outcome is Outcome.HIT] == ["attached"]


def test_no_shape_is_tried_that_could_not_win() -> None:
    tried = {step.rule for step in reading_of("malformed/separator-first.eml").steps}
    assert "own-words" not in tried


def test_mails_in_parts_of_different_kinds_stand_side_by_side() -> None:
    attached, zipped = raw_of("attached/by-outlook.eml"), raw_of("containers/zip-with-a-mail.eml")
    part = zipped[zipped.index(b"Content-Type: application/zip") : zipped.rindex(b"--=_reported--")]
    both = attached.replace(b"--=_reported--", b"--=_reported\n" + part + b"--=_reported--")
    assert [str(report.found_as) for report in reading(both, door=Door.SMTP).reports] == ["attached", "archive"]


@pytest.mark.parametrize("name", ["attached/by-outlook.eml", "arf/abuse.eml", "containers/zip-with-a-mail.eml", "xarf/v2-port-scan.eml"])
def test_the_submissions_own_hops_are_peeled_and_never_the_spams(name: str) -> None:
    read = reading_of(name)
    assert [str(hop.from_ip).rpartition(".")[0] for hop in read.peeled] == ["192.0.2"]
    assert not {hop.raw for hop in read.peeled} & {hop.raw for report in read.reports for hop in report.hops}


def test_the_page_of_shapes_lists_the_detectors_in_their_order() -> None:
    page = (MAILS.parents[1] / "docs" / "shapes.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| .* \| ([a-z ]+) \|$", page, re.MULTILINE)
    assert rows == [(shape.name, shape.at_most.name.lower().replace("_", " ")) for shape in DETECTORS]
