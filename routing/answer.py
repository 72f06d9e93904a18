"""What the reporter is told: the SMTP answer, in English on the wire, and the letter, in English and Japanese.

Code, enhanced code and the reason in brackets are stable (docs/contract); the words are in routing/texts/*.toml.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from config.events import Event
from config.policy import Policy
from parsers.report import Role
from routing.decision import Decision, ReportDecision
from routing.facts import Facts, Known, NetworkAnswer
from routing.texts import Texts, form_for, texts_in
from routing.verdict import Reason, Verdict

_MAX_LINE = 512  # bytes of a reply line, code and CRLF included (RFC 5321 section 4.5.3.1.5)
_NAMED = 3  # addresses or hosts named in a refusal
_BAD_CONTENT = frozenset({Reason.NO_HEADERS, Reason.MISSING_INFORMATION, Reason.NO_EVIDENCE})
EX_OK, EX_NOPERM = 0, 77  # sysexits.h


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An SMTP answer (RFC 5321 section 4.2, RFC 3463).

    exit: the exit code of a pipe that is told to bounce.   lines: at least one, `{reference}` still to be filled in.
    """

    code: int
    enhanced: str
    exit: int
    lines: tuple[str, ...]

    def smtp(self, reference: str) -> str:
        """The reply as it goes on the wire, without the last CRLF: ASCII, each line within 512 bytes."""
        last = len(self.lines) - 1
        replies = []
        for number, line in enumerate(self.lines):
            start = f"{self.code}{' ' if number == last else '-'}{self.enhanced} "
            replies.append(start + _wire(line.replace("{reference}", reference), _MAX_LINE - 2 - len(start)))
        return "\r\n".join(replies)


def answer_for(decision: Decision, facts: Facts, policy: Policy, language: str) -> Answer:
    """The answer to a submission.   language: that of the letter; the wire is always English."""
    leading, english = decision.leading, texts_in("en")
    match decision.verdict:
        case Verdict.ACCEPTED:
            lines = (f"[{leading.reason}] {english.reasons[leading.reason].line}", *_remarks(leading, english))
            return Answer(code=250, enhanced="2.0.0", exit=EX_OK, lines=lines)
        case Verdict.HELD:
            return held_answer(leading.reason)
        case Verdict.REJECTED:
            lines = (_refusal(leading, english), *_advice(leading, facts, english), *_where_to_turn(policy, english))
            enhanced = "5.6.0" if leading.reason in _BAD_CONTENT else "5.7.1"
            return Answer(code=550, enhanced=enhanced, exit=EX_NOPERM, lines=lines)


def held_answer(reason: Reason) -> Answer:
    """The answer to what a person must look at: it was received."""
    return Answer(code=250, enhanced="2.0.0", exit=EX_OK, lines=(f"[received] {texts_in('en').reasons[reason].line}",))


def letter_for(decision: Decision, language: str, reference: str) -> str:
    """The same for a person to read, in their language: what became of the report, why, and what to do next."""
    leading, texts = decision.leading, texts_in(language)
    named = _named(leading, texts)
    paragraphs = [
        texts.answers["greeting"],
        texts.reasons[leading.reason].letter.replace("{named}", named),
        "\n".join(_letter_advice(leading, texts, reference)),
        texts.answers["reference"].format(reference=reference),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _letter_advice(leading: ReportDecision, texts: Texts, reference: str) -> Iterator[str]:
    if leading.reason is Reason.MISSING_INFORMATION:
        yield texts.answers["fill-in"].replace("{reference}", reference)
        yield from ("", *form_for(leading.missing, texts.language))
        return
    if leading.reason is Reason.NO_HEADERS:
        yield from texts.answers["forward-how"]
    yield from _remarks(leading, texts)


def _refusal(leading: ReportDecision, texts: Texts) -> str:
    """The first line of a refusal, the reason in brackets first."""
    line = texts.reasons[leading.reason].line
    filled = (
        line.replace("{named}", _named(leading, texts))
        .replace("{event}", leading.event.value)
        .replace("{missing}", ", ".join(leading.missing))
    )
    return f"[{leading.reason}] {filled}"


def _advice(leading: ReportDecision, facts: Facts, texts: Texts) -> Iterator[str]:
    """What to do about a refusal."""
    match leading.reason:
        case Reason.NO_HEADERS:
            yield from texts.answers["forward-how"]
            yield from _remarks(leading, texts)
        case Reason.MISSING_INFORMATION:
            yield texts.answers["fill-in"]
            yield from form_for(leading.missing, texts.language)
        case Reason.OUT_OF_NETWORK:
            for address in _addresses(leading):
                answer = facts.networks.get(address)
                if answer is not None and answer.known is Known.FOUND:
                    yield _responsible(address, answer, texts)
        case _:
            return


def _remarks(leading: ReportDecision, texts: Texts) -> Iterator[str]:
    """What the policy says beside the verdict of spam whose link alone is ours."""
    if leading.event is not Event.SPAM:
        return
    if leading.reason is Reason.LINK_IN_NETWORK:
        yield texts.answers["link-only"]
    elif leading.reason is Reason.NO_HEADERS and any(link.is_own for link in leading.links):
        yield texts.answers["page-instead"]


def _responsible(address: str, answer: NetworkAnswer, texts: Texts) -> str:
    network = " ".join(part for part in (answer.organisation, answer.network and f"({answer.network})") if part) or "-"
    key = "responsible" if answer.abuse_address else "responsible-unknown-contact"
    return str(texts.answers[key]).format(address=address, network=network, abuse=answer.abuse_address)


def _where_to_turn(policy: Policy, texts: Texts) -> Iterator[str]:
    if policy.help_url:
        yield str(texts.answers["help"]).format(url=policy.help_url)
    if policy.contact:
        yield str(texts.answers["contact"]).format(contact=policy.contact)


def _addresses(leading: ReportDecision) -> tuple[str, ...]:
    """The sender's and the accused addresses, each once."""
    sender = [str(leading.provenance.ip)] if leading.provenance.ip else []
    accused = [str(one.reported.ip) for one in leading.addresses if one.reported.role is Role.SOURCE]
    return tuple(dict.fromkeys((*sender, *accused)))[:_NAMED]


def _named(leading: ReportDecision, texts: Texts) -> str:
    """What is not ours, as the beginning of a sentence."""
    named = _addresses(leading) or tuple(dict.fromkeys(one.link.host for one in leading.links if one.link.host))[:_NAMED]
    if not named:
        return str(texts.answers["it"])
    separator = "、" if texts.language == "ja" else ", "
    verb = texts.answers["is" if len(named) == 1 else "are"]
    return f"{separator.join(named)} {verb}"


def _wire(line: str, room: int) -> str:
    """Printable ASCII within the room; what cannot be written so is a question mark."""
    is_plain = line.isascii() and line.isprintable()
    plain = line if is_plain else "".join(letter if " " <= letter <= "~" else "?" for letter in line)
    return plain if len(plain) <= room else plain[: room - 3] + "..."
