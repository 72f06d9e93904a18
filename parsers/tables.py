"""Tables in a report: comma, semicolon, tab or bar between the cells, columns drawn with blanks, W3C "#Fields:".

A table is known by its header: a line of at least two cells of which one names an address, a link or a time. The
column's name tells what an address in it is.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.addresses import Mention
from parsers.keys import GENERIC_KEYS, OTHER_KEYS, plain_key, role_of_key
from parsers.report import Role

_MAX_HEADER = 4_096
_DELIMITERS = ("\t", "|", ";", ",")
_BLANKS = re.compile(r" {2,}|\t+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A table's header: how its cells are divided and what each column is.

    delimiter: one character; "blank" when blanks alone divide them; "loose" when only the order of the addresses is known.
    """

    delimiter: str
    names: tuple[str, ...]
    roles: tuple[Role | None, ...]

    @property
    def address_roles(self) -> tuple[Role, ...]:
        """The roles of the address columns, in their order."""
        return tuple(role for role in self.roles if role is not None)


def find_columns(line: str) -> Columns | None:
    """The header that a line is, or None."""
    if not 4 <= len(line) <= _MAX_HEADER:
        return None
    if line.startswith("#Fields:"):  # W3C Extended Log File Format: c-ip is the client's, s-ip the server's
        return _columns("blank", ["server ip" if name == "s-ip" else name for name in line.split()[1:]], at_least=1)
    for delimiter in _DELIMITERS:
        if delimiter in line:
            columns = _columns(delimiter, _cells(line, delimiter), at_least=1)
            if columns is not None:
                return columns
    cells = [cell for cell in _BLANKS.split(line.strip()) if cell]
    return _columns("blank", cells, at_least=2) or _loose_columns(line)


def row_roles(columns: Columns, line: str, mentions: Sequence[Mention]) -> tuple[Role, ...] | None:
    """What each address of a row is, in their order, or None when the row does not fit the header.

    Where cells and columns do not agree in number, the addresses are taken in the order of the address columns.
    """
    if columns.delimiter in _DELIMITERS and columns.delimiter not in line:
        return None
    cells = _cells_of(columns, line)
    if len(cells) == len(columns.roles):
        placed = _by_cell(columns, cells, mentions)
        if placed is not None:
            return placed
    if len(mentions) == len(columns.address_roles):
        return columns.address_roles
    return None


def cell(columns: Columns, line: str, name: str) -> str:
    """The cell of a row under the first column of that plain name, or ""."""
    cells = _cells_of(columns, line)
    return cells[columns.names.index(name)] if name in columns.names and len(cells) == len(columns.names) else ""


def _by_cell(columns: Columns, cells: list[str], mentions: Sequence[Mention]) -> tuple[Role, ...] | None:
    roles: list[Role] = []
    number = 0
    for mention in mentions:
        written = str(mention.ip)
        while number < len(cells) and written not in cells[number]:
            number += 1
        if number == len(cells):
            return None
        roles.append(columns.roles[number] or Role.MENTIONED)
        number += 1
    return tuple(roles)


def _columns(delimiter: str, cells: Sequence[str], *, at_least: int) -> Columns | None:
    """A header, when one cell names an address and the rest look like names; no cell holds a number."""
    names = tuple(plain_key(cell.strip(" \"'*#[]")) for cell in cells)
    if len(names) < 2 or any(name[:1].isdigit() for name in names):
        return None
    roles = tuple(_column_role(name) for name in names)
    known = sum(name in OTHER_KEYS for name in names)
    if not any(roles) or known + sum(role is not None for role in roles) <= at_least:
        return None
    return Columns(delimiter=delimiter, names=names, roles=_without_generic_beside_plain(names, roles))


def _column_role(name: str) -> Role | None:
    return role_of_key(name) or (Role.SOURCE if name in GENERIC_KEYS else None)


def _without_generic_beside_plain(names: tuple[str, ...], roles: tuple[Role | None, ...]) -> tuple[Role | None, ...]:
    """A column "ip" beside one "source ip" is not the accused one's."""
    has_plain = any(role_of_key(name) is Role.SOURCE for name in names)
    return tuple(Role.MENTIONED if has_plain and name in GENERIC_KEYS else role for name, role in zip(names, roles, strict=True))


_LOOSE = re.compile(
    r"(?P<s>\b(?:source|src|attacker|client|remote|offender)(?:[ _-]?(?:ip|addr\w{0,5}|host))?\b|送信元|攻撃元|接続元)"
    r"|(?P<t>\b(?:destination|dest|dst|target|victim|local)(?:[ _-]?(?:ip|addr\w{0,5}|host))?\b|宛先|送信先|接続先|攻撃先)",
    re.IGNORECASE,
)


def _loose_columns(line: str) -> Columns | None:
    """A header whose cells one blank divides: "Date Time Source Destination Port"; only the order of the two is known."""
    if len(line) > 200 or line.rstrip().endswith((".", "。")):
        return None
    words = [plain_key(word) for word in line.split()]
    found = [match.lastgroup for match in _LOOSE.finditer(line)]
    if sorted(found, key=str) != ["s", "t"] or sum(word in OTHER_KEYS for word in words) < 1:
        return None
    roles = tuple(Role.SOURCE if letter == "s" else Role.TARGET for letter in found)
    return Columns(delimiter="loose", names=("",) * len(roles), roles=roles)


def _cells_of(columns: Columns, line: str) -> list[str]:
    """The cells of a row of that table; none where it is not known how they are divided."""
    match columns.delimiter:
        case "blank":
            return line.split()
        case "loose":
            return []
        case delimiter:
            return _cells(line, delimiter)


def _cells(line: str, delimiter: str) -> list[str]:
    """A row's cells, quotes undone; at most 4 kB of it."""
    line = line[:_MAX_HEADER].replace("\0", "").replace("\r", "")
    if delimiter == "|":
        return [cell.strip() for cell in line.strip().strip("|").split("|")]
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]
    except csv.Error:
        return line.split(delimiter)
