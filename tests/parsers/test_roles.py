"""Who is accused in a sentence."""

import pytest

from parsers.addresses import find_addresses, refang
from parsers.report import Role
from parsers.roles import role_of

# In every sentence 203.0.113.9 is accused and 198.51.100.2 is the victim's.
SENTENCES = [
    "Your IP 203.0.113.9 has attacked our server 198.51.100.2",
    "our server 198.51.100.2 was attacked by 203.0.113.9",
    "attack on 198.51.100.2 from 203.0.113.9",
    "Source IP: 203.0.113.9, Destination IP: 198.51.100.2",
    "The IP address 203.0.113.9 (host.example) is scanning 198.51.100.2?",
    "phishing hosted at IP 203.0.113.9",
    "www.evil.example resolves to 203.0.113.9",
    "IP: 203.0.113.9",
    "We received spam from 203.0.113.9",
    "attempts against 198.51.100.2 originating from your network (203.0.113.9)",
    "Infringer's IP Address: 203.0.113.9",
    "198.51.100.2 is our mail server",
    "attacks to the ip 198.51.100.2",
    "connection attempts from 203.0.113.9 to our IP 198.51.100.2",
    "貴社管理のIPアドレス 203.0.113.9 から当社サーバ 198.51.100.2 へ攻撃",
    "203.0.113.9から198.51.100.2に対してポートスキャン",
    "当社の198.51.100.2が貴社の203.0.113.9から攻撃されました",
    "攻撃元：203.0.113.9　攻撃先：198.51.100.2",
    "Angreifer: 203.0.113.9  Ziel: 198.51.100.2",
    "Ihr Server 203.0.113.9 greift unseren Server 198.51.100.2 an",
    "depuis votre serveur 203.0.113.9 vers notre serveur 198.51.100.2",
    "desde la IP 203.0.113.9 contra nuestro servidor 198.51.100.2",
    "O IP 203.0.113.9 da sua rede atacou nosso servidor 198.51.100.2",
    "attacco proveniente dall'IP 203.0.113.9 verso il nostro server 198.51.100.2",
    "aanval vanaf uw server 203.0.113.9 op onze server 198.51.100.2",
    "atak z adresu 203.0.113.9 na nasz serwer 198.51.100.2",
    "Атака с IP 203.0.113.9 на наш сервер 198.51.100.2",
    "来源IP：203.0.113.9，目标IP：198.51.100.2",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_accused_is_told_from_the_victim(sentence: str) -> None:
    left = 0
    mentions = find_addresses(refang(sentence), at_most=9)
    for one, after in zip(mentions, [*(one.start for one in mentions[1:]), len(sentence)], strict=True):
        told = role_of(sentence[left : one.start], sentence[one.end : after])
        expected = Role.SOURCE if str(one.ip).startswith("203.") else Role.TARGET
        assert told is not None, f"{one.ip} in: {sentence}"
        assert told.role is expected, f"{one.ip} because of {told.because!r}"
        left = one.end


@pytest.mark.parametrize("sentence", ["nserver: 203.0.113.9", "whois 203.0.113.9", "gateway 203.0.113.9"])
def test_an_address_can_stand_there_without_being_accused(sentence: str) -> None:
    told = role_of(sentence.partition("203")[0], "")
    assert told is not None
    assert told.role is Role.MENTIONED


def test_no_word_means_no_role() -> None:
    assert role_of("", "") is None
    assert role_of("and also 42 ", " , 7") is None
