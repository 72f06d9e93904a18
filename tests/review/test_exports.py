"""Nothing that a sender wrote is calculated by a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from openpyxl import load_workbook

from review.exports import csv_text, ndjson
from review.workbook import xlsx

STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    "＝",
    "＋",
    "－",
    "＠",
    " =",
    "  +",
    "|",
    "%",
    "\x00=",
    "\x0b=",
    "\x1f@",
    "　=",
    "\ufeff=",
)
ENDS = (
    "cmd|' /C calc'!A0", "1+1", 'HYPERLINK("http://evil.example","x")', "SUM(A1:A9)", "IMPORTXML(A1)", "WEBSERVICE(A1)",
    "DDE(a;b;c)", "A1", "cmd|'/c notepad'!A1", "2+3;=4",
)  # fmt: skip
PAYLOADS = [start + end for start in STARTS for end in ENDS]


def test_there_are_two_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) == 200


def test_no_cell_of_a_csv_begins_as_a_formula() -> None:
    for payload in PAYLOADS:
        text = "".join(csv_text([{"subject": payload, payload: "x"}]))
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        starts = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
        assert not [cell for cell in cells if cell.lstrip(" \t\r\n\x00\x0b\x1f\u3000\ufeff").startswith(starts)], payload


def _book(rows: list[dict[str, object]]) -> io.BytesIO:
    return io.BytesIO(b"".join(xlsx(rows)))


def test_no_cell_of_a_workbook_is_a_formula_also_after_saving_it_again() -> None:
    first = load_workbook(_book([{"subject": payload} for payload in PAYLOADS]))
    again = io.BytesIO()
    first.save(again)
    for book in (first, load_workbook(again)):
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
        assert len(cells) == 201
        assert all(cell.data_type in ("s", "inlineStr") for cell in cells)


def test_a_workbook_says_what_was_given_and_stays_xml() -> None:
    values = ['<b>&"', "\ufffe\x00", "日本語 🙂", "  a  b", "", None, ("a", "b")]
    sheet = load_workbook(_book([{"subject": value, "number": number} for number, value in enumerate(values)])).worksheets[0]
    read = [row[0] for row in list(sheet.values)[1:]]
    assert read == ['<b>&"', "\ufffd ", "日本語 🙂", "  a  b", "", "", "a b"]
    assert not list(load_workbook(_book([])).worksheets[0].values)


def test_a_workbook_begins_before_its_last_row_is_read() -> None:
    read = 0

    def rows() -> Iterator[dict[str, object]]:
        nonlocal read
        for read in range(10_000):
            yield {"subject": f"row {read} {hash(str(read))}"}

    pieces = xlsx(rows())
    assert next(pieces).startswith(b"PK")
    assert read == 0
    next(pieces)
    assert 0 < read < 9_999


def test_a_line_of_ndjson_is_a_line() -> None:
    lines = list(ndjson([{"subject": "a\nb\u2028c"}]))
    assert len(lines) == 1
    assert lines[0].count("\n") == 1
