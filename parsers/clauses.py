"""The clauses of a Received field, told apart by depth (RFC 5321 section 4.4).

A sender chooses his HELO name, and some servers write it down unchanged. So nothing inside a comment, a literal, a
quoted string or an angle address begins a clause, and a line with a second "from" or "by" outside of them is ambiguous:
one of the two is the sender's.
"""

import re
from dataclasses import dataclass

# comment = "(" *([FWS] ccontent) [FWS] ")" ; quoted-pair = "\" (VCHAR / WSP) ; RFC 5322 section 3.2.2.
# Three levels of comments are read; a line that nests them deeper counts as one that does not close them.
_FLAT = r"\([^()\\]*+(?:\\.[^()\\]*+)*+\)"
_NESTED = rf"\([^()\\]*+(?:(?:\\.|{_FLAT})[^()\\]*+)*+\)"
_COMMENT = rf"\([^()\\]*+(?:(?:\\.|{_NESTED})[^()\\]*+)*+\)"
# domain-literal, quoted-string, angle-addr (RFC 5322 sections 3.4.1, 3.2.4, 3.4); else an opening that does not close,
# with all that follows it.
_GROUP = re.compile(rf"({_COMMENT}|\[[^\[\]]*+\]|\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"|<[^<>\s]*+>)|([(\[\"].*+)", re.DOTALL)

# From-domain = "FROM" FWS Extended-Domain ; By-domain = CFWS "BY" FWS Extended-Domain
# Via = CFWS "VIA" FWS Link ; With = CFWS "WITH" FWS Protocol ; ID = CFWS "ID" FWS ( Atom / msg-id )
# For = CFWS "FOR" FWS ( Path / Mailbox ) ; RFC 5321 section 4.4
_KEYWORD = re.compile(r"\s([Ff][Rr][Oo][Mm]|[Bb][Yy]|[Vv][Ii][Aa]|[Ww][Ii][Tt][Hh]|[Ii][Dd]|[Ff][Oo][Rr])(?=\s)")

MARK = "\0"  # stands for one group in the text of a clause
_MARK_BETWEEN = f" {MARK} "


@dataclass(slots=True, kw_only=True)
class Clauses:
    """One Received field, taken apart.

    pieces: what stands before the first keyword, then keyword and text in turns; every group in them is a MARK.
    groups: all groups of the field, with what encloses them.   texts: what stands before each group, and behind the last.
    places: keyword in lower case to the index of its text in pieces. Of several the first counts, and for all but "from"
    and "by" the first behind "by": what stands before it may be a part of the HELO name.
    date: what follows the last semicolon outside of groups, without comments; None when there is no semicolon.
    """

    pieces: list[str]
    groups: list[str]
    texts: list[str]
    places: dict[str, int]
    date: str | None
    is_doubled: bool
    is_unclosed: bool

    def text(self, keyword: str) -> str:
        """The text of a clause, with marks; "" when it is empty or not there."""
        place = self.places.get(keyword)
        return self.pieces[place] if place is not None else ""

    def groups_about_peer(self) -> range:
        """Which of the groups stand behind "from" and before "by", whatever a HELO name may have put between them."""
        place = self.places.get("from")
        if place is None:
            return range(0)
        by = self.places.get("by", -1)
        return range(self._first_group(place), self._first_group(by if by > place else place + 2))

    def word(self, keyword: str) -> str | None:
        """The first word of a clause, or what its first literal, quoted string or angle address holds; None when it has none."""
        words = self.text(keyword).split(None, 1)
        if words and words[0] != MARK:
            return words[0].rstrip(",") or None
        return self._first_enclosed(keyword) if words else None

    def phrase(self, keyword: str) -> str | None:
        """The words of a clause up to its first group, or behind a leading comment; None when it has none."""
        if keyword not in self.places:
            return None
        before, mark, after = self.text(keyword).partition(MARK)
        if words := before.strip().rstrip(","):
            return words
        return after.partition(MARK)[0].strip() or self._first_enclosed(keyword) if mark else None

    @property
    def tail(self) -> str:
        """What follows the first word of the last clause; SendGrid writes its date there, without a semicolon."""
        return " ".join(self.pieces[-1].split(None, 1)[1:]).replace(MARK, " ") if self.places else ""

    def names_no_host(self, place: int) -> bool:
        """Whether a second "from" or "by" is another thing than a host.

        "for <recipient> from <sender>" (XMail), "via smail from stdin", "by host by uid 502" (qmail-scanner). All of
        them stand behind a "by" and have none of their own, so no HELO name can pass for one and keep its line readable.
        """
        words = self.pieces[place].split(None, 2)
        if "by" not in self.places or not words:
            return False
        if self.pieces[place - 1].lower() == "by":
            return words[0] == "uid" and words[1:2] != [] and words[1].isdigit()
        return words[0] == "stdin" or (words[0] == MARK and self.groups[self._first_group(place)][0] == "<")

    def _first_group(self, place: int) -> int:
        """The number of the first group at or behind a place in pieces."""
        return "".join(self.pieces[:place:2]).count(MARK)

    def _first_enclosed(self, keyword: str) -> str | None:
        """What the first literal, quoted string or angle address of a clause that is there holds."""
        place = self.places[keyword]
        groups = self.groups[self._first_group(place) : self._first_group(place + 2)]
        return next((group[1:-1] for group in groups if group[0] != "("), None) or None


def read_clauses(value: str) -> Clauses:
    """Take an unfolded Received field body apart.   Raises: nothing."""
    parts = _GROUP.split(value.replace(MARK, " "))
    texts, groups = parts[::3], parts[1::3]
    is_unclosed = len(parts) > 1 and parts[-2] is not None
    if is_unclosed:
        groups[-1] = parts[-2]
    pieces = _KEYWORD.split(f" {_MARK_BETWEEN.join(texts)} ")
    date = _take_date(pieces)
    clauses = Clauses(pieces=pieces, groups=groups, texts=texts, places={}, date=date, is_doubled=False, is_unclosed=is_unclosed)
    _place(clauses)
    return clauses


def _place(clauses: Clauses) -> None:
    """Note where each clause stands, and whether "from" or "by" stands twice; one repetition may name no host."""
    places, is_excused = clauses.places, False
    for place in range(2, len(clauses.pieces), 2):
        keyword = clauses.pieces[place - 1].lower()
        if keyword not in places:
            places[keyword] = place
        elif keyword not in ("from", "by"):
            if places[keyword] < places.get("by", 0):
                places[keyword] = place
        elif not clauses.is_doubled:
            clauses.is_doubled = is_excused or not clauses.names_no_host(place)
            is_excused = True


def _take_date(pieces: list[str]) -> str | None:
    """What follows the last semicolon; it is cut off where no clause follows it."""
    for place in range(len(pieces) - 1, -1, -2):
        before, semicolon, date = pieces[place].rpartition(";")
        if semicolon:
            if place == len(pieces) - 1:
                pieces[place] = before
            return date.replace(MARK, " ")
    return None
