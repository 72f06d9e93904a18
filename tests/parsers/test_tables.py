"""Tables: the column's name tells what an address in it is."""

import pytest

from parsers.addresses import find_addresses
from parsers.report import Role
from parsers.tables import find_columns, row_roles

S, T, M = Role.SOURCE, Role.TARGET, Role.MENTIONED


@pytest.mark.parametrize(
    "header, row, expected",
    [
        ('"timestamp","ip","port","protocol","asn"', '"2026-08-03 10:00:00","203.0.113.5","53","udp","64500"', (S,)),
        ("timestamp,src_ip,src_port,dst_ip,dst_port,infection", "2026-08-03 10:00:00,203.0.113.5,4242,198.51.100.2,80,mirai", (S, T)),
        ("asn;ip;cc_ip;timestamp;malware", "64500;203.0.113.5;198.51.100.2;2026-08-03;x", (S, M)),
        ("IP Address\tTime\tCount", "203.0.113.5\t2026-08-03\t4", (S,)),
        ("| Date | Attacker IP | Target IP |", "| 2026-08-03 | 203.0.113.5 | 198.51.100.2 |", (S, T)),
        ("日時,送信元IP,宛先IP,ポート", "2026-08-03,203.0.113.5,198.51.100.2,22", (S, T)),
        ("#Fields: date time s-ip cs-method s-port c-ip", "2026-08-03 10:00:00 198.51.100.2 GET 80 203.0.113.5", (T, S)),
        ("Date Time Source Destination Port", "2026-08-03 10:00:00 203.0.113.5:4242 198.51.100.2:22 TCP", (S, T)),
        ("Date Time Source Destination Port", '2026-08-03 10:00:00 203.0.113.5 "198.51.100.2" 22', (S, T)),
        ("Time                Source IP     Port  Destination IP", "2026-08-03 10:00:00  203.0.113.5  4242  198.51.100.2", (S, T)),
        ("ip,source_ip,time", "198.51.100.2,203.0.113.5,10:00", (M, S)),
    ],
)
def test_a_row_is_read_by_its_header(header: str, row: str, expected: tuple[Role, ...]) -> None:
    columns = find_columns(header)
    assert columns is not None
    assert row_roles(columns, row, find_addresses(row, at_most=9)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Dear team, your IP was seen attacking us",
        "please see the source and destination below.",
        "203.0.113.5,22,tcp",
        "name,subject,size",
        "",
        "x" * 5_000,
    ],
)
def test_a_line_without_columns_is_no_header(line: str) -> None:
    assert find_columns(line) is None


def test_a_row_that_does_not_fit_is_not_read() -> None:
    columns = find_columns("timestamp,src_ip,dst_ip")
    assert columns is not None
    assert row_roles(columns, "203.0.113.5 says hello", find_addresses("203.0.113.5", at_most=1)) is None
    assert row_roles(columns, "a,b", ()) is None
