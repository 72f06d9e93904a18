"""The clauses of a Received field, told apart by depth (RFC 5321 section 4.4).

A sender chooses his HELO name, and some servers write it down unchanged. So nothing inside a comment, a quoted string
or a literal begins a clause, and a line with a second "from" or "by" outside of them is ambiguous: one is the sender's.
"""

import re
from dataclasses import dataclass

# From-domain = "FROM" FWS Extended-Domain ; By-domain = CFWS "BY" FWS Extended-Domain
# Via = CFWS "VIA" FWS Link ; With = CFWS "WITH" FWS Protocol ; ID = CFWS "ID" FWS ( Atom / msg-id )
# For = CFWS "FOR" FWS ( Path / Mailbox ) ; RFC 5321 section 4.4. Case is spelt out: re.IGNORECASE makes the search slow.
_KEYWORD = "(?:[Ff][Rr][Oo][Mm]|[Bb][Yy]|[Vv][Ii][Aa]|[Ww][Ii][Tt][Hh]|[Ii][Dd]|[Ff][Oo][Rr])"

# comment = "(" *([FWS] ccontent) [FWS] ")" ; RFC 5322 section 3.2.2. Two levels here; deeper ones are counted by hand.
_COMMENT = r"(?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+"

# Every token begins with one of these characters, so that the search skips over all others. A closing parenthesis is
# among them for servers that write "(name [address])by host"; the word after a keyword is looked at, not consumed.
_TOKEN = re.compile(
    r"[\s)(\[;\"<](?:"
    rf"(?<=[\s)])({_KEYWORD})(?![^\s(\[<])(?=\s*+<?([^\s()\[\]<>;\"]*+))"  # 1, 2: a clause begins, and its first word
    rf"|(?<=\()({_COMMENT})(?=\))"  # 3: inside a comment
    r"|(?<=\[)([^\[\]]*+)(?=\])"  # 4: inside a literal
    r"|(?<=;)()"  # 5: the date may follow
    r"|(?<=\")(?:[^\"\\]++|\\.)*+\"|(?<=<)[^<>\s]*+>"  # a quoted string, an angle address: stepped over
    r"|(?<=[(\[\"])()"  # 6: an opening that does not close, or nests deeper
    r")",
    re.DOTALL,
)
_WORD_OF_CLAUSE, _IN_COMMENT, _IN_LITERAL, _SEMICOLON, _OPENING = range(2, 7)
_PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)

# "for <recipient> from <sender>" (XMail) and "via smail from stdin": the word names no second host.
_NOT_A_HOST = re.compile(r"\s*+(?:<|stdin(?!\S))")


@dataclass(slots=True, kw_only=True)
class Clause:
    """One clause: its first word ("" when a comment, literal or quoted string comes first), and where its text stands."""

    word: str
    start: int
    end: int


@dataclass(slots=True, kw_only=True)
class Clauses:
    """The clauses of one field, by keyword in lower case; the first of each keyword counts. Offsets point into text.

    groups: the insides of all top-level comments and literals, in order.
    date: where the date should be, after the last top-level semicolon; None when there is no semicolon.
    last: the clause that stands last; None when there is none.
    """

    text: str
    named: dict[str, Clause]
    groups: list[tuple[int, int]]
    date: tuple[int, int] | None
    last: Clause | None
    is_doubled: bool
    is_unclosed: bool

    def word(self, keyword: str) -> str | None:
        """The first word of a clause without what encloses it; None when the clause is not there or empty."""
        clause = self.named.get(keyword)
        if clause is None:
            return None
        return clause.word.rstrip(",") or _enclosed_word(self.text, clause)

    def phrase(self, keyword: str) -> str | None:
        """The words of a clause up to its first comment, or those after a leading one; None when there are none."""
        clause = self.named.get(keyword)
        if clause is None:
            return None
        found = _PHRASE.match(self.text, clause.start, clause.end)
        return (found[1].strip(" \t\r\n,[]") if found else "") or None


# One comment may lead: "with (TLSv1.3 encrypted) esmtp".
_PHRASE = re.compile(rf"\s*+(?:\({_COMMENT}\)\s*+)?([^(;]*+)", re.DOTALL)
_ENCLOSED = re.compile(rf"\s*+(?:\({_COMMENT}\)\s*+)?(?:\[([^\[\]]*+)\]|<([^<>]*+)>|\"([^\"]*+)\"|([^\s()<>;]++))", re.DOTALL)


def read_clauses(value: str) -> Clauses:
    """Split an unfolded Received field body into its clauses, in one pass.   Raises: nothing."""
    text = " " + value
    marks: list[tuple[str, int, Clause]] = []
    groups: list[tuple[int, int]] = []
    semicolon, at, is_unclosed = -1, 0, False
    while (token := _TOKEN.search(text, at)) is not None:
        at = token.end()
        kind = token.lastindex
        if kind == _WORD_OF_CLAUSE:
            marks.append((token[1].lower(), token.start(), Clause(word=token[2], start=at, end=len(text))))
        elif kind in (_IN_COMMENT, _IN_LITERAL):
            groups.append(token.span(kind))
        elif kind == _SEMICOLON:
            semicolon = at
        elif kind == _OPENING:
            begin, at = at, _end_of_comment(text, at)
            if at < 0:
                is_unclosed = True
                break
            groups.append((begin, at))
    return _laid_out(text, marks, groups, semicolon, is_unclosed)


def _laid_out(text: str, marks: list[tuple[str, int, Clause]], groups: list[tuple[int, int]], semicolon: int, is_unclosed: bool) -> Clauses:
    """Give every clause its end, and find out whether one stands twice."""
    named: dict[str, Clause] = {}
    last: Clause | None = None
    date_end, is_doubled = len(text), False
    for keyword, start, clause in marks:
        if last is not None:
            last.end = start
        if 0 <= semicolon <= start < date_end:
            date_end = start
        last = clause
        if keyword not in named:
            named[keyword] = clause
        elif keyword == "by" or (keyword == "from" and not ("by" in named and _NOT_A_HOST.match(text, clause.start))):
            is_doubled = True
    if last is not None and semicolon > last.start:
        last.end = semicolon - 1
    date = (semicolon, date_end) if semicolon >= 0 else None
    return Clauses(text=text, named=named, groups=groups, date=date, last=last, is_doubled=is_doubled, is_unclosed=is_unclosed)


def _end_of_comment(text: str, start: int) -> int:
    """Where the comment that was opened before start closes; -1 when it does not, or is none."""
    if text[start - 1] != "(":
        return -1
    depth = 1
    for sign in _PARENTHESIS.finditer(text, start):
        if sign[0] == "(":
            depth += 1
        elif sign[0] == ")":
            depth -= 1
            if depth == 0:
                return sign.start()
    return -1


def _enclosed_word(text: str, clause: Clause) -> str | None:
    found = _ENCLOSED.match(text, clause.start, clause.end)
    return (found[found.lastindex or 0].strip().rstrip(",") or None) if found else None
