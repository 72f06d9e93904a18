"""What a letter to a reporter says, from what the store keeps of the submission."""

from collections.abc import Mapping, Sequence
from typing import Any

from config.events import Event, Item
from config.policy import Policy
from routing.facts import Known, NetworkAnswer
from routing.texts import Texts, form_for, texts_in
from routing.verdict import Reason, Verdict
from storage.notices import NoticeKind

_NAMED = 3
_ECHO_CHARS = 200


def kind_of(verdict: Verdict, reason: Reason) -> NoticeKind:
    """Which letter a verdict asks for."""
    if verdict is not Verdict.REJECTED:
        return NoticeKind.ACKNOWLEDGEMENT
    return NoticeKind.MISSING_INFORMATION if reason is Reason.MISSING_INFORMATION else NoticeKind.REFUSAL


def values_for(
    submission: Mapping[str, Any], accused: Sequence[str], hosts: Sequence[str], networks: Mapping[str, NetworkAnswer], policy: Policy
) -> dict[str, str]:
    """What the templates of a reporter's letters fill in.

    accused: the addresses that the report accuses.   hosts: of its links.   networks: who is responsible, by address.
    """
    texts, reason = texts_in(submission["language"]), Reason(submission["reason"])
    reference = submission["told_reference"]
    items = tuple(Item(one) for one in submission["missing"].split())
    return {
        "reference": reference,
        "event": texts.events[Event(submission["event"])].name if submission["event"] else "",
        "reason": texts.reasons[reason].letter.replace("{named}", _named(accused or hosts, texts)),
        "advice": "\n".join(_advice(reason, submission["event"], reference, texts)),
        "form": "\n".join(form_for(items, texts.language)),
        "network": "\n".join(_responsible(address, answer, texts) for address, answer in networks.items() if answer.known is Known.FOUND),
        "signature": "\n".join(_signature(policy, texts)),
    }


def echo(text: str) -> str:
    """Something that a reporter wrote, as a harmless piece of a line."""
    return " ".join("".join(one if one.isprintable() else " " for one in text[: 2 * _ECHO_CHARS]).split())[:_ECHO_CHARS]


def _advice(reason: Reason, event: str, reference: str, texts: Texts) -> list[str]:
    match reason:
        case Reason.NO_HEADERS:
            return [str(line) for line in texts.answers["forward-how"]]
        case Reason.MISSING_INFORMATION:
            return [str(texts.answers["fill-in"]).replace("{reference}", reference)]
        case Reason.LINK_IN_NETWORK if event == Event.SPAM:
            return [str(texts.answers["link-only"])]
        case _:
            return []


def _named(names: Sequence[str], texts: Texts) -> str:
    if not names:
        return str(texts.answers["it"])
    shown = [echo(name) for name in names[:_NAMED]]
    return f"{('、' if texts.language == 'ja' else ', ').join(shown)} {texts.answers['is' if len(shown) == 1 else 'are']}"


def _responsible(address: str, answer: NetworkAnswer, texts: Texts) -> str:
    network = " ".join(part for part in (answer.organisation, answer.network and f"({answer.network})") if part) or "-"
    key = "responsible" if answer.abuse_address else "responsible-unknown-contact"
    return str(texts.answers[key]).format(address=address, network=echo(network), abuse=answer.abuse_address)


def _signature(policy: Policy, texts: Texts) -> list[str]:
    lines = [str(texts.answers["help"]).format(url=policy.help_url)] if policy.help_url else []
    return lines + ([str(texts.answers["contact"]).format(contact=policy.contact)] if policy.contact else [])
