"""An HTML body becomes lines as a reader sees them, and hyperlinks, in one linear reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.html import decode_references, html_to_text, read_page


@pytest.mark.parametrize(
    "html, text",
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ("<div>one<br></div><div>two</div>", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<p class=MsoNormal>one<o:p></o:p></p><p class=MsoNormal><o:p></o:p></p><p class=MsoNormal>two</p>", "one\n\ntwo"),
        ("<p>one</p><p>&nbsp;</p><p>two</p>", "one\n \ntwo"),
        ("a\n  b\t c", "a b c"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("<pre>Received: from a\n\tby b\n\nbody</pre>after", "Received: from a\n by b\n\nbody\nafter"),
        ("&lt;a@b.example&gt; &amp; &#x3042;&#12354; &quot;", '<a@b.example> & ああ "'),
        ("<head><title>no</title><style>p{}</style></head><body>yes<script>no()</script></body>", "yes"),
        ("a<!-- no -->b<!---->c<!-->d", "abcd"),
        ('<p title="a>b">c</p>', "c"),
        ("<span style='display:none'>hidden words</span>", "hidden words"),
        ("3 < 4 and <john@a.example> and <http://b.example/>", "3 < 4 and <john@a.example> and <http://b.example/>"),
        ("<!--[if mso]>for Outlook<![endif]-->", "for Outlook"),
        ('<a href="x>lost quote</a> and more', "lost quote and more"),
    ],
)
def test_a_body_reads_as_it_is_shown(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_text_twenty_thousand_elements_deep_is_not_lost() -> None:
    assert html_to_text("<div>" * 20_000 + "deep" + "</div>" * 20_000) == "deep"


@pytest.mark.parametrize(
    "html, targets",
    [
        ('<a href="http://a.example/?x=1&amp;copy=2&reg=3">', ["http://a.example/?x=1&copy=2&reg=3"]),
        ("<a href='http://a.example/'><area href=http://b.example/>", ["http://a.example/", "http://b.example/"]),
        ("<meta http-equiv=refresh content=\"0; URL='http://a.example/'\">", ["http://a.example/"]),
        ('<form action="http://a.example/"><button formaction=http://b.example/>', ["http://a.example/", "http://b.example/"]),
        ('<td background="http://a.example/b.gif">', ["http://a.example/b.gif"]),
        ("<div style=\"background: url('http://a.example/c.png')\">", ["http://a.example/c.png"]),
        ('<!--[if mso]><v:roundrect href="http://a.example/"><![endif]-->', ["http://a.example/"]),
        ('<!-- <a href="http://a.example/"> --><html xmlns="http://b.example/">', []),
        ('<a data-x="1" title="href=no" href = "http://a.example/">', ["http://a.example/"]),
    ],
)
def test_each_place_where_a_tag_leads_is_found(html: str, targets: list[str]) -> None:
    assert [link.target for link in read_page(html).hyperlinks] == targets


def test_a_hyperlink_knows_the_text_that_it_shows() -> None:
    (link,) = read_page('<a href="http://evil.example/"><b>www.</b>bank.example\n /login</a> here').hyperlinks
    assert link.shown == "www.bank.example /login"


def test_hyperlinks_after_a_place_in_the_text_are_told_from_those_before() -> None:
    page = read_page(
        '<p><a href="http://mine.example/">My page</a></p><hr>From: spammer<br>Subject: x<br><a href="http://his.example/">go</a>'
    )
    offset = page.text.index("From:")
    assert [link.target for link in page.hyperlinks_after(offset)] == ["http://his.example/"]
    assert page.hyperlinks_after(len(page.text)) == ()


def test_scripts_are_kept_apart_from_the_text() -> None:
    page = read_page("<script>location='http://a.example/'</script>words")
    assert (page.text, page.scripts) == ("words", "location='http://a.example/'")


@pytest.mark.parametrize("text", ["&#" + "9" * 5_000 + ";", "&", "&#x;", "&nosuch;", "a&b=c&lt=d"])
def test_what_is_no_reference_stays(text: str) -> None:
    assert decode_references(text) == text


@given(st.text(alphabet="<>/!-=\"' abpre&;#\n\ue000\ue003é"))
def test_any_text_reads_as_a_page(html: str) -> None:
    page = read_page(html)
    assert page.hyperlinks_after(0) == page.hyperlinks or not page.text.strip()


@given(st.lists(st.text(alphabet="abcé漢 ", min_size=1).filter(str.strip), min_size=1))
def test_no_word_between_tags_is_lost(words: list[str]) -> None:
    html = "".join(f"<p><b>{word}</b></p>" for word in words)
    assert html_to_text(html).split() == " ".join(words).split()
