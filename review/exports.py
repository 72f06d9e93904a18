"""Lists as files: CSV that no spreadsheet calculates with, xlsx with typed strings, NDJSON."""

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


def xlsx(rows: Iterable[Row]) -> bytes:
    """A workbook whose cells are all typed as text, so that none is calculated, also after saving it again."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("abusedesk")
    for number, row in enumerate(rows):
        lines = ([*row.keys()], [*row.values()]) if number == 0 else ([*row.values()],)
        for values in lines:
            cells = []
            for value in values:
                cell = WriteOnlyCell(sheet, value=_plain(value))
                cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv_line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _safe_cell(value: Any) -> str:
    text = _plain(value)
    return "'" + text if text.lstrip(_BLANKS).startswith(_FORMULA_STARTS) else text


def _plain(value: Any) -> str:
    if value is None:
        return ""
    text = " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    return text.translate(_CONTROLS)[:32_000]
