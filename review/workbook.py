"""A list as a workbook (ECMA-376, SpreadsheetML), written row by row: the first byte goes out before the last row is read.

Every cell is an inline string (section 18.3.1.53), so that none is calculated, also after saving it again.
"""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from review.exports import Row, plain

ROWS = 1_048_576  # that a sheet holds
_CHUNK = 65_536
_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 section 2.2

_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="abusedesk" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
}


def xlsx(rows: Iterable[Row]) -> Iterator[bytes]:
    """The pieces of a workbook with one sheet, the header first; rows that a sheet has no place for are left out."""
    out = _Unseekable()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as book:
        for name, part in _PARTS.items():
            book.writestr(ZipInfo(name, _EPOCH), _HEAD + part)
        with book.open(ZipInfo("xl/worksheets/sheet1.xml", _EPOCH), "w", force_zip64=True) as sheet:
            yield out.taken()
            for line in _sheet(rows):
                sheet.write(line.encode("utf-8"))
                if out.waiting >= _CHUNK:
                    yield out.taken()
    yield out.taken()


def _sheet(rows: Iterable[Row]) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'
    for number, row in zip(range(1, ROWS), rows, strict=False):
        if number == 1:
            yield _line(row.keys())
        yield _line(row.values())
    yield "</sheetData></worksheet>"


def _line(values: Iterable[Any]) -> str:
    return f"<row>{''.join(map(_cell, values))}</row>"


def _cell(value: Any) -> str:
    text = _NOT_XML.sub("\ufffd", plain(value))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


class _Unseekable(io.RawIOBase):
    """What was written since it was last taken: zipfile then puts sizes after the data (APPNOTE.TXT section 4.3.9)."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any) -> int:
        """Keep it until it is taken."""
        piece = bytes(data)
        self._pieces.append(piece)
        self.waiting += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        """Everything that waits."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self.waiting = 0
        return piece
