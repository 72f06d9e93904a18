"""A reporter's text as a whole."""

from datetime import UTC, datetime
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.bodies import TextBody, TextKind
from parsers.complaint import Complaint, Letter, read_complaint, with_complaint
from parsers.html import read_page
from parsers.report import FoundAs, MessageHead, Report, Role

LIMITS = Limits()


def read(words: str, subject: str = "", enclosed: tuple[str, ...] = ()) -> Complaint:
    return read_complaint(Letter(words=words, subject=subject, sent_at=datetime(2026, 8, 3, 12, tzinfo=UTC), enclosed=enclosed), LIMITS)


def with_role(said: Complaint, role: Role) -> list[str]:
    return [str(one.ip) for one in said.addresses if one.role is role]


def accused(words: str, subject: str = "") -> list[str]:
    return with_role(read(words, subject), Role.SOURCE)


def test_an_address_in_the_subject_is_accused() -> None:
    assert accused("see subject", "hacking from 203.0.113.9") == ["203.0.113.9"]


def test_the_subject_can_name_the_victim() -> None:
    assert accused("It was 203.0.113.9.", "Attack on 198.51.100.2") == ["203.0.113.9"]


def test_a_lone_address_that_nothing_is_said_of_is_accused() -> None:
    assert accused("abuse 203.0.113.9") == ["203.0.113.9"]


def test_a_list_of_addresses_is_accused_by_its_heading() -> None:
    said = read("Hosts in your network that attacked 198.51.100.2:\n\n203.0.113.4\n203.0.113.5\n")
    assert with_role(said, Role.SOURCE) == ["203.0.113.4", "203.0.113.5"]
    assert with_role(said, Role.TARGET) == ["198.51.100.2"]


def test_a_list_of_victims_is_told_by_its_heading() -> None:
    assert accused("Attacker: 203.0.113.9\nTargets on our side:\n198.51.100.2\n198.51.100.3\n") == ["203.0.113.9"]


def test_several_addresses_of_which_nothing_is_said_are_not_all_accused() -> None:
    assert accused("I saw 203.0.113.4 here.\nSomething else entirely stands in between\nand here too\nlater 203.0.113.5 there.") == [
        "203.0.113.4"
    ]


def test_a_private_address_is_accused_only_where_there_is_no_other() -> None:
    assert accused("Source IP: 10.0.0.1\nSource IP: 203.0.113.9") == ["203.0.113.9"]
    assert accused("Source IP: 10.0.0.1") == ["10.0.0.1"]


def test_what_is_stated_turns_a_log_of_our_answers_round() -> None:
    said = read("Source IP: 203.0.113.9\n\n10:00:00 IP 198.51.100.2.22 > 203.0.113.9.5000: tcp 0\n")
    assert (with_role(said, Role.SOURCE), with_role(said, Role.TARGET)) == (["203.0.113.9"], ["198.51.100.2"])


def test_a_quoted_received_line_accuses_nobody() -> None:
    text = "Sender: 203.0.113.9\n\nReceived: from a.example (a.example [192.0.2.7])\n\tby mx.example (198.51.100.2) with ESMTP\n"
    assert accused(text) == ["203.0.113.9"]


def test_whois_output_accuses_nobody() -> None:
    assert accused("The IP 203.0.113.9 scans us.\n\ninetnum: 203.0.113.0 - 203.0.113.255\nnserver: 198.51.100.53\n") == ["203.0.113.9"]


def test_an_accused_address_has_port_and_time() -> None:
    said = read("All times are JST.\nAug  3 10:00:00 web sshd[1]: Failed password for root from 203.0.113.9 port 4242 ssh2")
    [one] = said.addresses
    assert (one.port, one.at, one.is_zone_assumed) == (4242, datetime(2026, 8, 3, 1, tzinfo=UTC), False)


def test_a_labelled_time_counts_for_an_address_without_one() -> None:
    [one] = read("Attacker IP: 203.0.113.9\nDate: 2026-08-03 10:00:00 UTC").addresses
    assert one.at == datetime(2026, 8, 3, 10, tzinfo=UTC)


def test_logs_sent_along_are_read() -> None:
    said = read("log attached", enclosed=('"timestamp","ip","port"\n"2026-08-03 10:00:00","203.0.113.9","53"\n',))
    assert with_role(said, Role.SOURCE) == ["203.0.113.9"]
    assert "table" in said.formats


def test_the_original_is_no_accused_link() -> None:
    said = read("Original work: https://www.photo.example/1\nInfringing material: https://blog.example-host.jp/x")
    assert {link.host: link.role for link in said.links} == {"www.photo.example": Role.TARGET, "blog.example-host.jp": Role.SOURCE}


def test_a_labelled_host_without_a_scheme_is_a_link() -> None:
    assert [link.host for link in read("Domain: evil.example.com\n").links] == ["evil.example.com"]


def test_a_label_that_names_a_machine_names_no_person() -> None:
    assert [one.name for one in read("Victim: 198.51.100.2\nClaimant: Erika Beispiel").stated] == ["claimant"]


def test_beside_a_mail_with_headers_only_labels_and_subject_count() -> None:
    mail = Report(found_as=FoundAs.ATTACHED, message=MessageHead(), has_full_headers=True)
    told = with_complaint(mail, read("it came from 203.0.113.4\n\nSource IP: 203.0.113.9\nCategory: spam"))
    assert [(one.ip, one.origin) for one in told.addresses] == [(ip_address("203.0.113.9"), "label")]
    assert told.stated_value("category") == "spam"


def test_beside_a_header_less_mail_everything_counts() -> None:
    mail = Report(found_as=FoundAs.INLINE_FORWARD, message=MessageHead())
    told = with_complaint(mail, read("it came from 203.0.113.4"))
    assert [str(one.ip) for one in told.addresses] == ["203.0.113.4"]


def test_at_most_as_many_addresses_are_kept_as_allowed() -> None:
    words = "\n".join(f"attacker: 203.0.113.{number}" for number in range(1, 12))
    for limit, kept in ((10, 10), (11, 11), (12, 11)):
        assert len(read_complaint(Letter(words=words), Limits(addresses=limit)).addresses) == kept


@given(st.text(max_size=400), st.text(max_size=60))
def test_any_text_is_read(words: str, subject: str) -> None:
    said = read(words, subject)
    assert len({one.ip for one in said.addresses}) == len(said.addresses)


@given(
    st.lists(
        st.sampled_from(["203.0.113.9", "198.51.100.2", " from ", " to ", "our server ", "\n", ": ", "Source IP", " > ", ",", "10:00:00 "]),
        max_size=40,
    )
)
def test_no_address_has_two_roles(pieces: list[str]) -> None:
    said = read("".join(pieces))
    assert len({one.ip for one in said.addresses}) == len(said.addresses)


def plain_body(text: str) -> TextBody:
    return TextBody(path="1", kind=TextKind.PLAIN, text=text)


def html_body(source: str) -> TextBody:
    page = read_page(source)
    return TextBody(path="2", kind=TextKind.HTML, text=page.text, html=source, page=page)


def read_bodies(*bodies: TextBody) -> Complaint:
    return read_complaint(Letter(words=bodies[0].text, bodies=bodies), LIMITS)


def test_a_second_plain_body_is_read_too() -> None:
    said = read_bodies(plain_body("see the log"), plain_body("sshd[1]: Failed password for root from 203.0.113.9 port 1 ssh2"))
    assert with_role(said, Role.SOURCE) == ["203.0.113.9"]


def test_an_html_version_is_read_where_the_plain_one_is_a_stub() -> None:
    page = html_body("<table><tr><td>Attacker IP</td><td>203.0.113.9</td></tr></table>" + "<p>What happened there.</p>" * 30)
    assert with_role(read_bodies(plain_body("This mail is best viewed as HTML."), page), Role.SOURCE) == ["203.0.113.9"]
    assert with_role(read_bodies(plain_body("What happened there. " * 30), page), Role.SOURCE) == []


def test_the_links_of_an_html_version_count() -> None:
    page = html_body('<a href="https://evil.example.com/x">here</a>')
    assert [link.host for link in read_bodies(plain_body("see here"), page).links] == ["evil.example.com"]
