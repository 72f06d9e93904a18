"""Nothing that a sender wrote is calculated by a spreadsheet."""

import csv
import io

from openpyxl import load_workbook

from review.exports import csv_text, ndjson, xlsx

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


def test_no_cell_of_a_workbook_is_a_formula_also_after_saving_it_again() -> None:
    first = load_workbook(io.BytesIO(xlsx([{"subject": payload} for payload in PAYLOADS])))
    again = io.BytesIO()
    first.save(again)
    for book in (first, load_workbook(again)):
        assert all(cell.data_type == "s" for row in book.worksheets[0].iter_rows() for cell in row)


def test_a_line_of_ndjson_is_a_line() -> None:
    lines = list(ndjson([{"subject": "a\nb\u2028c"}]))
    assert len(lines) == 1
    assert lines[0].count("\n") == 1
