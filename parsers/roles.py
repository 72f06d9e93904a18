"""Whether an address is accused, the victim's, or only mentioned: told from the words around it.

The nearest direction word before the address decides ("from", "your server", "Source IP:", "当社"); Japanese also writes
it behind ("から", "へ"). Words of English and Japanese, the commonest of German, French and Spanish. What a log or a
table says by its format is told in parsers/log_grammars.py and parsers/tables.py.
"""

import re
from dataclasses import dataclass, replace
from enum import IntEnum

from parsers.report import Role


class Certainty(IntEnum):
    """How plainly a text says what an address is."""

    DEFAULT = 1  # It stands there, and nothing says what it is.
    GENERIC = 2  # "IP address:" and the like.
    WORDS = 3  # A direction word of a sentence.
    PLAIN = 4  # A log's or a table's own format, a plain noun: "the attacker", "your server".
    STATED = 5  # A label that names nothing else, the subject.


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an address is, how plainly that is said, and by which words."""

    role: Role
    certainty: Certainty
    because: str


# What follows "your" and "our" to make it a machine, a network or a customer.
_OWNED = (
    r"(?:\s\w{1,20}){0,2}?\s(?:ips?|ip\saddress(?:es)?|address|servers?|hosts?|hosting|networks?|customers?|clients?|users?|machines?|systems?"
    r"|range|subnet|side|end|site|website|webserver|mail\s?servers?|mailserver|infrastructure|subscribers?|account|honeypots?|sensors?|firewall|router)"
)

_SOURCE_NOUNS = (
    r"sou?rce(?:\snetwork)?|src\s?(?:ip|addr\w{0,4})?|sip|saddr|attack(?:er|ing)(?:'?s)?|attack\ssource|offend(?:er|ing)(?:'?s)?"
    r"|infring(?:er|ing)(?:'?s)?|abus(?:er|ive|ing)(?:'?s)?|malicious|suspicious|suspected|infected|compromised|hacked|spamm(?:er|ing)(?:'?s)?"
    r"|send(?:er|ing)(?:'?s)?|remote|rip|rhost|client|c\sip|origin(?:ating|ator)?|hacker|intruder|aggressor|perpetrator|culprit|scanner|bot|hostile"
    r"|reported|ip\sin\squestion|involved|affected|phish(?:ing)?|malware|rogue|blocked|banned|your" + _OWNED +
    r"|angreifer|quell(?:e|ip|adresse)|ihre?(?:[mnrs])?(?:\s\w{1,20})?\s(?:ip|server|kunden?|adresse|netz)|attaquant|votre\s(?:ip|serveur|adresse|client)"
    r"|atacante|origen|su\s(?:ip|servidor|cliente)|送信元|攻撃元|発信元|接続元|アクセス元|侵入元|発信者|送信者|攻撃者|攻撃ip|加害|貴社|御社|貴サー|貴ネット|貴管理|貴殿|不正ip"
)  # fmt: skip
_SOURCE_WORDS = (
    r"from|by(?=(?:\sthe)?(?:\sip)?(?:\saddress)?(?:\sof)?\W{0,4}$)|host(?:ed|ing)\s(?:on|at|by|under|from|in)|located\s(?:on|at|in)"
    r"|resolv\w{1,3}\sto|points?\sto|pointing\sto"
    r"|running\son|served\s(?:from|by)|assigned\sto|registered\sto|allocated\sto|belong\w{0,3}\sto|under\sthe\sip|at\sip(?:\saddress)?|on\sip(?:\saddress)?|via|using"
    r"|concern(?:s|ing)?|regarding|about|von|aus|desde|depuis|(?:de\sla|de\sl'|por\sla|par\sl')\s?(?:ip|adresse|direcci[oó]n)"
)
_TARGET_NOUNS = (
    r"destinations?|dest\s?(?:ip)?|dst\s?(?:ip|addr\w{0,4})?|dip|daddr|target(?:s|ed)?|victim(?:'?s)?|lip|s\sip"
    r"|local(?:\sip|\saddress)?|honeypot|sensor"
    r"|our" + _OWNED + r"|my" + _OWNED + r"|(?:our|my)(?=\W{0,3}$)|reporter|reporting"
    r"|ziel\w{0,8}|unsere?(?:[mnrs])?(?:\s\w{1,20})?\s\w{2,20}|notre\s\w{2,20}|nos\s\w{2,20}"
    r"|nuestr[oa]s?\s\w{2,20}|destino|宛先|送信先|接続先|攻撃先|標的|被攻撃|被害|当社|弊社|当方|自社|我々|私の"
)  # fmt: skip
_TARGET_WORDS = (
    r"to|against|towards?|into|attacks?\son|attack(?:ing|ed)(?:\son)?|hits?|scanning|scanned|probing|flooding|targeting|hammering"
    r"|gegen|nach|contra|contre|vers|hacia|->|=>|→"
)
_MENTIONED = (
    r"name\s?servers?|nservers?|dns(?:\sservers?)?|resolvers?|inetnum|inet6num|netrange|cidr|route6?|range|gateway|whois|traceroute|ping|proxy|ntp\sserver"
    r"|received|dig|lookup|version|serial|ネームサーバ|ゲートウェイ"
)
_GENERIC = (
    r"ips?|ip\saddr\w{0,8}|ipv[46](?:\saddr\w{0,8})?|address(?:es)?|addr|hosts?|host\s?name|servers?|server\sip|site\sip|website\sip|domain\sip|machine|system|computer"
    r"|ipアドレス|アドレス|ホスト|サーバー?|ip\sadresse|adresse\sip|direcci[oó]n\sip|rechner"
)
# A word of ASCII letters must not run on into another; Japanese words need no such border.
_CUE = re.compile(
    rf"(?:(?P<ss>{_SOURCE_NOUNS})|(?P<ts>{_TARGET_NOUNS})|(?P<me>{_MENTIONED})|(?P<sw>{_SOURCE_WORDS})|(?P<tw>{_TARGET_WORDS})|(?P<ge>{_GENERIC}))"
    r"(?![a-z])"
)
# where a cue can start: at a word, at any Japanese letter, at an arrow
_STARTS = re.compile(r"(?<![a-z'])[a-z]|[^\x00-\u2fff]|[-=]>|→")
_REACH = 6  # words: the longest cue
_TOLD_BEFORE = {
    "ss": (Role.SOURCE, Certainty.PLAIN),
    "ts": (Role.TARGET, Certainty.PLAIN),
    "me": (Role.MENTIONED, Certainty.WORDS),
    "sw": (Role.SOURCE, Certainty.WORDS),
    "tw": (Role.TARGET, Certainty.WORDS),
    "ge": (Role.SOURCE, Certainty.GENERIC),
}

_ASIDE = r"\W{0,3}(?:[(\[][^()\[\]]{0,80}[)\]])?\W{0,3}"
_TARGET_AFTER = re.compile(
    rf"{_ASIDE}(?:(?:(?:ha[sd]|have)\sbeen|was|were|is|are)\s(?:being\s)?(?:attacked|targeted|scanned|probed|flooded|hit|hacked|ddosed)\b"
    r"|(?:was|were|is|are)\s(?:the\s|our\s|a\s|under\s|my\s){1,2}"
    r"(?:attack|target|victim|server|mail|web|honeypot|network|host|customer|system|machine|own)"
    r"|に対|宛|へ|を攻撃|をスキャン|を狙|に向け|が攻撃され|が被害|wurde\sangegriffen)"
)
_SOURCE_AFTER = re.compile(
    rf"{_ASIDE}(?:has|have|had|is|was|were|attack|attempt|tried|tries|trying|scann|scans|sent|send|prob|connect|keeps|continues|performed|hosts|hosting|made|did|launched|logged"
    r"|hat\s|wurde|ist|versucht|ha\s|est\s|está|から|より|による|が|は|を使|を利用|において|上|->|=>|→)"
)
_JA_SOURCE_AFTER = re.compile(rf"{_ASIDE}(?:から|より|による|を発信|を送信元)")
_LABEL_END = re.compile(r"[:：=|\t][\s\"'*\[(]{0,6}$")
_LOWER_GAP = str.maketrans({"_": " ", "-": " ", "\u2019": "'"})


def role_of(before: str, after: str) -> Told | None:
    """What the words around an address say of it, or None.

    before: what stands before it in its line, or above it; after: what follows up to the next address.
    """
    behind = after[:120].lower()
    if _TARGET_AFTER.match(behind):
        return Told(role=Role.TARGET, certainty=Certainty.WORDS, because=_quoted(after))
    if _JA_SOURCE_AFTER.match(behind):
        return Told(role=Role.SOURCE, certainty=Certainty.WORDS, because=_quoted(after))
    told = _before(before)
    if told is not None and told.certainty > Certainty.GENERIC:
        is_label = told.certainty is Certainty.PLAIN and _LABEL_END.search(before[-8:])
        return replace(told, certainty=Certainty.STATED) if is_label else told
    if _SOURCE_AFTER.match(behind):
        return Told(role=Role.SOURCE, certainty=Certainty.WORDS, because=_quoted(after))
    return told


def _before(before: str) -> Told | None:
    """What the nearest direction word before an address says."""
    window = _last_sentence(before[-90:].lower().translate(_LOWER_GAP))
    nearest = _nearest_cue(window)
    if nearest is None or nearest.lastgroup is None:
        return None
    role, certainty = _TOLD_BEFORE[nearest.lastgroup]
    if certainty is not Certainty.GENERIC:
        return Told(role=role, certainty=certainty, because=nearest[0])
    # "Source IP", "from IP", "to the address": the word right before "IP" makes of it what it is.
    qualifying = _nearest_cue(window[: nearest.start()])
    while qualifying is not None and qualifying.lastgroup == "ge":
        qualifying = _nearest_cue(window[: qualifying.start()])
    if qualifying is None or qualifying.lastgroup is None or nearest.start() - qualifying.end() > 24:
        return Told(role=role, certainty=certainty, because=nearest[0])
    role, certainty = _TOLD_BEFORE[qualifying.lastgroup]
    return Told(role=role, certainty=certainty, because=f"{qualifying[0]} {nearest[0]}")


def _nearest_cue(window: str) -> re.Match[str] | None:
    """The cue that ends last in a text, of those the longest; looked for from the end, as the nearest words decide."""
    nearest: re.Match[str] | None = None
    left = _REACH
    for start in reversed([match.start() for match in _STARTS.finditer(window)]):
        match = _CUE.match(window, start)
        if match is not None and (nearest is None or match.end() >= nearest.end()):
            nearest = match
        if nearest is not None:
            left -= 1
            if not left:
                break
    return nearest


def _last_sentence(window: str) -> str:
    """What follows the last full stop; a stop inside a word ends nothing."""
    for stop in (". ", "。", "! ", "? ", "; "):
        window = window.rpartition(stop)[2]
    return window


def _quoted(after: str) -> str:
    return " ".join(after.split())[:24]
