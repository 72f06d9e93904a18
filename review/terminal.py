"""A decision on a terminal: the verdict, the way the mail came, what was believed and why, the answer, what to do next.

It reads the document of a decision, so that a stored one prints the same as a fresh one. Colour only on terminals.
"""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Document = dict[str, Any]

_VERDICT_STYLE = {"accepted": "bold white on dark_green", "rejected": "bold white on red3", "held": "bold black on yellow3"}
_HOP_MARK = {"own": "│", "border": "◉", "attested": "◎", "claimed": "○", "contradicted": "✗", "unreadable": "?"}
_HOP_STYLE = {
    "own": "green",
    "border": "bold cyan",
    "attested": "cyan",
    "claimed": "bright_black",
    "contradicted": "red",
    "unreadable": "yellow",
}
_LINK_MARK = {True: ("ours", "bold green"), False: ("elsewhere", "bright_black"), None: ("unknown", "yellow")}


def print_explanation(document: Document, took_ms: float | None = None, *, console: Console | None = None, is_stored: bool = False) -> None:
    """Print one decision."""
    out = console or page()
    _print_verdict(out, document, took_ms)
    many = len(document["reports"]) > 1
    for number, report in enumerate(document["reports"], 1):
        if many:
            out.rule(
                f"report {number} of {len(document['reports'])}: {report['verdict']}, {report['reason']}",
                align="left",
                style="bright_black",
            )
        _print_report(out, report)
    _print_rules(out, document["trace"])
    _print_answer(out, document, is_stored=is_stored)


def page() -> Console:
    """Where an explanation is printed: as wide as the terminal, else wide enough to keep a hop on one line."""
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=120)


def _print_verdict(out: Console, document: Document, took_ms: float | None) -> None:
    line = Text()
    line.append(f" {document['verdict'].upper()} ", _VERDICT_STYLE[document["verdict"]])
    line.append(f"  {document['reason']}", "bold")
    line.append(f"   {document['event']}", "magenta")
    line.append(f"   {document['reference']}", "bright_black")
    if took_ms is not None:
        line.append(f"   {took_ms} ms", "bright_black")
    out.print()
    out.print(line)
    deciding = [step for step in document["trace"] if step["rule"] == document["reason"] and step["outcome"] == "hit"]
    if deciding:
        out.print(Padding(Text(_sentence(deciding[0]["because"])), (0, 0, 0, 1)))
    if document["input"]:
        out.print(Padding(Text(document["input"], "bright_black"), (0, 0, 0, 1)))


def _print_report(out: Console, report: Document) -> None:
    where = f"part {report['path']}" if report["path"] else "the submission itself"
    _heading(out, f"What is reported: {report['found_as']}, {where}")
    out.print(_facts_table(report))
    if report["hops"]:
        _print_hops(out, report)
    _print_evidence(out, report["source"])
    _print_named(out, report)


def _facts_table(report: Document) -> Padding:
    message = report["message"] or {}
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bright_black", min_width=10)
    table.add_column(overflow="fold")
    for label, value in (
        ("From", message.get("from")),
        ("Subject", message.get("subject")),
        ("Date", message.get("date")),
        ("Message-ID", message.get("message_id")),
        ("Event", f"{report['event']}: {report['event_because']}"),
        ("Missing", ", ".join(report["missing"])),
    ):
        if value:
            table.add_row(label, Text(str(value)))
    return Padding(table, (0, 0, 0, 2))


def _print_hops(out: Console, report: Document) -> None:
    _heading(out, "The way it came, newest first")
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="bright_black", width=3)
    table.add_column(width=1)
    table.add_column(width=12)
    table.add_column(overflow="fold")
    has_left_own_side = False
    for hop in report["hops"]:
        is_below = hop["status"] not in ("own", "border")
        if is_below and not has_left_own_side:
            has_left_own_side = True
            table.add_row("", "", "", Text("─── below here the sender could have written every line ───", "bright_black"))
        status = hop["status"]
        style, line = _HOP_STYLE[status], _hop_line(hop, report["source"]["ip"])
        table.add_row(str(hop["position"]), Text(_HOP_MARK[status], style), Text(status, style), line)
        if hop["because"]:
            table.add_row("", Text("│", "bright_black"), "", Text(_sentence(hop["because"]), "bright_black"))
    out.print(Padding(table, (0, 0, 0, 1)))
    source = report["source"]
    if source["receiver"]:
        out.print(Padding(Text(f"receiving side {source['receiver']}: {source['receiver_because']}", "bright_black"), (0, 0, 0, 2)))
    line = Text()
    line.append(source["ip"] or "no address", "bold cyan" if source["ip"] else "yellow")
    line.append(f"  {source['grade']}", "bold")
    if source["because"]:
        line.append(f": {source['because']}")
    out.print(Padding(line, (0, 0, 0, 2)))


def _hop_line(hop: Document, accused: str | None) -> Text:
    line = Text()
    if hop["from_ip"]:
        line.append(hop["from_ip"], "bold reverse" if hop["status"] == "border" and hop["from_ip"] == accused else "bold")
        line.append(" ")
    if hop["from_helo"] or hop["from_name"]:
        line.append(f"says it is {hop['from_helo'] or hop['from_name']} ", "bright_black")
    line.append(f"→ {hop['by'] or 'an unnamed host'}")
    if hop["with"]:
        line.append(f" with {hop['with']}", "bright_black")
    if hop["date"]:
        line.append(f"  {hop['date']}", "bright_black")
    if hop["marks"]:
        line.append(f"  [{', '.join(hop['marks'])}]", "red")
    return line


def _print_evidence(out: Console, source: Document) -> None:
    if not source["evidence"] and not source["rungs"]:
        return
    _heading(out, "Evidence")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", style="bright_black")
    for evidence in source["evidence"]:
        mark, style = ("✓", "green") if evidence["believed"] else ("✗", "red")
        by = f"by {evidence['authority']}: " if evidence["authority"] else ""
        table.add_row(Text(mark, style), evidence["kind"], Text(evidence["ip"] or "", "bold"), Text(by + evidence["because"]))
    for rung in source["rungs"]:
        style = _HOP_STYLE[rung["status"]]
        by = f"by {rung['provider']}: " if rung["provider"] else ""
        table.add_row(
            Text(_HOP_MARK[rung["status"]], style), Text(rung["status"], style), Text(rung["ip"], "bold"), Text(by + rung["because"])
        )
    out.print(Padding(table, (0, 0, 0, 2)))


def _print_named(out: Console, report: Document) -> None:
    if report["addresses"]:
        _heading(out, "Addresses that the report names")
        for one in report["addresses"]:
            at = f" at {one['at']}" if one["at"] else ""
            assumed = " (zone assumed)" if one.get("zone") else ""
            out.print(Text.assemble("  ", (one["ip"], "bold"), f"  {one['role']}", (f"  {one['origin']}{at}{assumed}", "bright_black")))
    if report["links"]:
        _heading(out, "Links")
        for link in report["links"][:20]:
            mark, style = {True: ("ours", "bold green"), False: ("elsewhere", "bright_black"), None: ("unknown", "yellow")}[
                link["in_network"]
            ]
            out.print(Text.assemble("  ", (f"{mark:9} ", style), _defanged(link["url"])))
            out.print(Padding(Text(link["because"], "bright_black"), (0, 0, 0, 12)))
        if len(report["links"]) > 20:
            out.print(Text(f"  and {len(report['links']) - 20} more (--json lists all)", "bright_black"))


def _print_rules(out: Console, trace: Iterable[Document]) -> None:
    _heading(out, "What was tried")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=2)
    table.add_column(min_width=22)
    table.add_column(overflow="fold")
    for step in trace:
        is_hit = step["outcome"] == "hit"
        path = f" [part {step['path']}]" if step.get("path") else ""
        table.add_row(
            Text("✓" if is_hit else "·", "green" if is_hit else "bright_black"),
            Text(step["rule"], "" if is_hit else "bright_black"),
            Text(step["because"] + path, "" if is_hit else "bright_black"),
        )
    out.print(Padding(table, (0, 0, 0, 1)))


def _print_answer(out: Console, document: Document, *, is_stored: bool) -> None:
    _heading(out, "The answer" if is_stored else "The answer it would get")
    for line in document["answer"]["smtp"].splitlines():
        out.print(Text("  " + line))
    out.print()


def _heading(out: Console, words: str) -> None:
    out.print()
    out.print(Text(f" {words}", "bold underline"))


def _sentence(words: str) -> str:
    """A sentence begins with a capital letter, unless a host name or an address begins it."""
    return words if "." in words.partition(" ")[0] else words[:1].upper() + words[1:]


def _defanged(url: str) -> str:
    """A reported link as it may be shown: nobody opens it by a slip of the finger."""
    return url.replace("http", "hxxp", 1) if url.startswith("http") else url
