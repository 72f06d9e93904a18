"""Lists as files, row by row: CSV that no spreadsheet calculates with, and NDJSON; workbooks are made in review/workbook.py."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# A cell that begins so is a formula to a spreadsheet; the full-width forms are to a Japanese one.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_BLANKS = " \u00a0\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"  # that a spreadsheet may pass over
_CONTROLS = dict.fromkeys((*range(32), 127), " ")

Row = Mapping[str, Any]


def csv_text(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of RFC 4180, the header first.   A cell that a spreadsheet would calculate gets an apostrophe in front."""
    for number, row in enumerate(rows):
        if number == 0:
            yield _csv_line(_safe_cell(name) for name in row)
        yield _csv_line(_safe_cell(value) for value in row.values())


def ndjson(rows: Iterable[Row]) -> Iterator[str]:
    """One object a line."""
    return (json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)


def _csv_line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _safe_cell(value: Any) -> str:
    text = plain(value)
    return "'" + text if text.lstrip(_BLANKS).startswith(_FORMULA_STARTS) else text


def plain(value: Any) -> str:
    """A value as the text of a cell, without control characters."""
    if value is None:
        return ""
    text = " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    return text.translate(_CONTROLS)[:32_000]
