"""Bytes become text by what was declared, by what is usually meant by it, and by what the bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.bodies import texts_of
from parsers.charsets import decode_text
from parsers.mime import parse_mime
from tests.parsers.fixture_mail import raw_of

LINK = "http://www.shop.example/claim?id=7"


@pytest.mark.parametrize(
    "name, text",
    [
        ("iso-2022-jp", "お知らせ。会員の更新が必要です。"),
        ("iso-2022-jp-extended", "①㈱ﾃｽﾄ 纊の更新。"),
        ("shift_jis", "株式会社①ﾃｽﾄ髙橋。"),
        ("euc-jp", "①㈱のお知らせ。ﾃｽﾄ"),
        ("gb18030", "请更新您的账户镕。"),
        ("big5", "請更新您的帳戶。"),
        ("euc-kr", "계정을 갱신하십시오 똠방. "),
        ("koi8-r", "Обновите учётную запись. "),
        ("windows-1250", "Zaktualizuj konto: żółć. "),
        ("windows-1251", "Обновите учётную запись. "),
        ("windows-1252", "“Mettez à jour” votre compte – 5 €. "),
        ("windows-1253", "Ενημερώστε τον λογαριασμό. "),
        ("windows-1254", "Hesabınızı güncelleyin, şğ. "),
        ("windows-1255", "עדכן את החשבון. "),
        ("windows-1256", "حدث حسابك. "),
        ("windows-874", "อัปเดตบัญชี "),
        ("utf-8-called-ascii", "アカウントの更新が必要です。"),
        ("unnamed-shift_jis", "アカウントの更新が必要です。"),
        ("unnamed-euc-jp", "アカウントの更新が必要です。"),
        ("damaged-utf-8", "アカウントの更新が必要です\ufffd "),
    ],
)
def test_a_body_in_each_charset_is_read(name: str, text: str) -> None:
    (body,) = texts_of(parse_mime(raw_of(f"charsets/{name}.eml"), Limits()), Limits())
    assert body.text.strip() == text + LINK


def test_characters_beyond_jis_x_0208_are_read_in_an_encoded_word() -> None:
    assert parse_mime(raw_of("charsets/iso-2022-jp-extended.eml"), Limits()).header.text("subject") == "①㈱"


@pytest.mark.parametrize(
    "raw, text",
    [
        (b"\x1b$B\x24\x22\x1b(B", "あ"),
        (b"\x1b$@\x24\x22\x1b(J!", "あ!"),
        (b"\x1b$B\x2d\x21\x2d\x6a\x1b(B", "①㈱"),
        (b"\x1b$B\x7c\x62\x1b(B", "髙"),
        (b"\x1b(I\x31\x32\x1b(B", "ｱｲ"),
        (b"\x1b$B\x24\x22\x1b(B\xb1\xb2", "あｱｲ"),
        (b"\x1b$(D\x30\x21\x1b(B", "丂"),
        (b"\x1b$B\x2d\x21\nab", "①\nab"),
        (b"\x1b$A\x44\x63\x1b(B", "你"),
        (b"\x1b$(C\x48\x67\x1b(B", "흔"),
    ],
)
def test_iso_2022_jp_is_read_with_every_designation(raw: bytes, text: str) -> None:
    assert decode_text(raw, "iso-2022-jp").text == text


def test_a_line_end_returns_to_ascii_where_the_escape_was_lost() -> None:
    assert decode_text(b"\x1b$B\x2d\x21\nhttp://a.example/", "iso-2022-jp").text == "①\nhttp://a.example/"


@pytest.mark.parametrize("label", ["", "x-unknown", "8bit", "utf-8", "us-ascii", '"UTF-8"', "utf-8;"])
@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp"])
def test_japanese_is_read_whatever_it_is_called(label: str, charset: str) -> None:
    text = "お客様のアカウントを確認してください。"
    assert decode_text(text.encode(charset), label).text == text


@pytest.mark.parametrize("name", ["idna", "punycode", "rot13", "zlib", "base64", "undefined", "unicode_escape", "\0", "x" * 9_999])
def test_a_codec_that_is_no_charset_is_not_used(name: str) -> None:
    assert decode_text("é".encode(), name).text == "é"


def test_little_damage_does_not_change_the_charset() -> None:
    raw = "重要なお知らせをお読みください。ご利用の口座を確認いたします。".encode("cp932") + b"\x81"
    decoded = decode_text(raw, "shift_jis")
    assert (decoded.charset, decoded.is_guessed) == ("cp932", False)


def test_mostly_other_bytes_are_not_taken_for_utf_8() -> None:
    assert "é" in decode_text(b"\xe9t\xe9 \xe0 No\xebl", "utf-8").text


@given(
    st.binary(max_size=400), st.sampled_from(["", "utf-8", "iso-2022-jp", "euc-jp", "shift_jis", "gb2312", "big5", "utf-7", "hz", "utf-16"])
)
def test_any_bytes_are_text(raw: bytes, label: str) -> None:
    assert isinstance(decode_text(raw, label).text, str)


@given(st.text(alphabet="あ漢字ァー、。 abc", max_size=100), st.sampled_from(["iso-2022-jp", "euc-jp", "shift_jis", "utf-8"]))
def test_what_was_encoded_is_read_back(text: str, charset: str) -> None:
    assert decode_text(text.encode(charset), charset).text == text
