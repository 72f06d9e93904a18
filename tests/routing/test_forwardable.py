"""What reaches the contractor: the comments meant for him and the location, and no token of anybody else."""

import re
from random import Random

import pytest

from config.events import EVENTS, Event, Family
from parsers.report import Reading
from routing.decision import Decision
from routing.forwardable import ForwardableCopy, forwardable_copy, render_copy
from tests.routing.desk import decided, letter, read, submitted

RIGHTS = [rule.event for rule in EVENTS if rule.family is Family.FACT_CHECK]
GIVEN = "Erika Max Ludmila Renate Aurelio Violetta Konrad Ignatius".split()
FAMILY = "Beispielmann Musterfrau Vorlagius Exemplarez Demopoulos Mostrada Placeholm".split()
JA_FAMILY = "山田 例示 佐々木 見本 高橋 勅使河原".split()
JA_GIVEN = "花子 太郎 一郎 美咲 健".split()
COMPANIES = "Schablone GmbH|Templatia Ltd|Vzorek s.r.o.|株式会社ひながた".split("|")
STREETS = "12 Sample Lane, Exemplar City|〒100-0001 東京都千代田区見本町1-2-3|Musterweg 4, 99999 Musterstadt".split("|")
PHONES = "03-1234-5678|+81 90 1234 5678|+49 (30) 1234567 89|090-8765-4321".split("|")
PLAIN = [
    "The second picture is used without a licence.",
    "Please remove the page by the end of the month.",
    "この投稿は事実ではありません。",
    "2枚目の写真は許諾なく使われています。",
]
NAMING = [
    "I, {name}, never agreed to this.",
    "{name} is not the person described there.",
    "Write to {mail} or call {phone}.",
    "{name}の写真です。連絡先は{phone}です。",
    "As {company} told the shop before.",
    "{upper} DID NOT AGREE.",
]


def person(dice: Random) -> str:
    if dice.random() < 0.5:
        return f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
    return dice.choice(["", " ", "　"]).join((dice.choice(JA_FAMILY), dice.choice(JA_GIVEN)))


def tokens(*texts: str) -> set[str]:
    """What must not reach the contractor: whole values, and every part that names somebody."""
    parts = {part for text in texts for part in re.split(r"[\s　,()@.]+", text) if len(part) >= 2}
    return {part for part in parts | set(texts) if not part.isdigit()} - {"GmbH", "Ltd", "株式会社", "example", "City", "Lane"}


class Claim:
    """A made rights claim, and what must stay in the house."""

    def __init__(self, number: int) -> None:
        dice = Random(number)
        self.event = dice.choice(RIGHTS)
        self.claimant, self.affected, reporter = person(dice), person(dice), person(dice)
        company, phone, street = dice.choice(COMPANIES), dice.choice(PHONES), dice.choice(STREETS)
        mail = f"{dice.choice(GIVEN).lower()}.{dice.choice(FAMILY).lower()}@reporter.example"
        name = dice.choice((self.claimant, self.affected, reporter))
        sentences = dice.sample(PLAIN, 2)
        if dice.random() < 0.7:
            naming = dice.choice(NAMING)
            sentences.append(naming.format(name=name, mail=mail, phone=phone, company=company, upper=name.upper()))
        dice.shuffle(sentences)
        japanese = dice.random() < 0.5
        lines = [
            f"{'申立人' if japanese else 'Claimant'}: {self.claimant}, {company}",
            f"{'被害者' if japanese else 'Affected person'}: {self.affected}",
            f"{'住所' if japanese else 'Address'}: {street}",
            f"{'電話' if japanese else 'Phone'}: {phone}",
            f"{'理由' if japanese else 'Reasons'}: {self.affected} suffers from it",
            f"{'権利の証明' if japanese else 'Proof of rights'}: {company} registration 4711",
            f"URL: https://blog.example-host.jp/entry/{number}",
        ]
        comments = " ".join(sentences) if dice.random() < 0.5 else "\n".join(sentences)
        lines.insert(
            dice.randint(0, len(lines)),
            f"{'転送可能なコメント' if japanese else 'Comments to forward'}:{dice.choice([' ', chr(10)])}{comments}",
        )
        body = (
            dice.choice(["\n", "\n\n"]).join([f"Category: {self.event}", *lines])
            + f"\n\n{'敬具' if japanese else 'Regards'}\n{reporter}\n{phone}"
        )
        self.raw = letter(body, subject=f"Complaint of {self.claimant}", from_=f'"{reporter}" <{mail}>')
        self.secret = tokens(self.claimant, self.affected, reporter, company, mail, phone, street)
        self.number = number


def copied(raw: bytes) -> tuple[ForwardableCopy, str]:
    decision: Decision = decided(raw)
    reading: Reading = read(raw)
    copy = forwardable_copy(decision.leading, reading, submitted(raw))
    return copy, render_copy(copy, "ja", "C-1") + render_copy(copy, "en", "C-1", deadline="2026-08-10")


def is_in(token: str, text: str) -> bool:
    """Whether a token stands in a text: a Japanese one anywhere, another as a word."""
    border = r"(?<!\w){}(?!\w)" if token.isascii() else "{}"
    return re.search(border.format(re.escape(token)), text, re.IGNORECASE) is not None


def test_no_token_of_claimant_affected_person_or_reporter_is_in_any_of_500_copies() -> None:
    for number in range(500):
        claim = Claim(number)
        copy, text = copied(claim.raw)
        assert not [token for token in claim.secret if is_in(token, text)], f"case {number}: {text}"
        assert copy.locations == (f"https://blog.example-host.jp/entry/{number}",)


def test_what_was_meant_for_the_contractor_reaches_him() -> None:
    for number in range(100):
        claim = Claim(number)
        kept = [sentence for sentence in PLAIN if sentence.encode() in claim.raw]
        _, text = copied(claim.raw)
        assert all(sentence in text for sentence in kept), f"case {number}"


def test_only_the_comments_and_the_location_are_copied() -> None:
    body = "Category: copyright\nURL: https://blog.example-host.jp/x\nReasons: secret reasons\n\nfree words\n\n"
    body += "Comments to forward: please remove it"
    copy, text = copied(letter(body))
    assert copy == ForwardableCopy(event=Event.COPYRIGHT, locations=("https://blog.example-host.jp/x",), comments="please remove it")
    assert "secret" not in text
    assert "free words" not in text


def test_without_comments_nothing_is_said() -> None:
    copy, text = copied(letter("Category: copyright\nURL: https://blog.example-host.jp/x\n\nplease remove it"))
    assert copy.comments == ""
    assert "(none)" in text


def test_what_is_withheld_is_shown_as_withheld_and_counted() -> None:
    body = "Category: copyright\nURL: https://blog.example-host.jp/x\nClaimant: Erika Beispiel\nComments to forward: Erika Beispiel took it"
    copy, text = copied(letter(body))
    assert copy.withheld == 1
    assert "[withheld] took it" in text
    assert "［非開示］ took it" in text


def test_pages_of_others_are_not_copied() -> None:
    body = "Category: copyright\nURL: https://blog.example-host.jp/x\nOriginal: https://erika.example/1\nsee https://elsewhere.example/y"
    copy, _ = copied(letter(body))
    assert copy.locations == ("https://blog.example-host.jp/x",)


def test_a_deadline_is_named_where_there_is_one() -> None:
    copy = ForwardableCopy(event=Event.COPYRIGHT, locations=(), comments="x")
    assert "by 2026-08-10" in render_copy(copy, "en", "C-1", deadline="2026-08-10")
    assert "by " not in render_copy(copy, "en", "C-1").split("\n")[2]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_copy_names_the_case_and_the_matter(language: str) -> None:
    text = render_copy(ForwardableCopy(event=Event.COPYRIGHT, locations=("https://a.example/",), comments="x"), language, "C-ABCD")
    assert "C-ABCD" in text
    assert ("著作権" in text) is (language == "ja")
