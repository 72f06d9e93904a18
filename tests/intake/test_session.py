"""SMTP sessions over real sockets."""

import smtplib
import socket
import struct
import threading
import time
from pathlib import Path

import pytest

from config.errors import StorageBusy, StorageError, StorageFull
from config.sections import BareLineEnds, Smtp
from intake.session import COMMAND_BYTES
from tests.intake.running import LOOPBACK, REPORT, Running, Talk, listening, wait_until
from tests.intake.test_data import NOT_THE_END


@pytest.fixture(scope="module")
def shared() -> object:
    with listening() as running:
        yield running


@pytest.fixture
def running(shared: Running) -> Running:
    shared.writer.entries.clear()
    shared.decider.taken.clear()
    shared.writer.failure = None
    return shared


# A mail and its answer.


def test_an_accepted_report_is_answered_with_its_case(running: Running) -> None:
    with Talk(running.address) as client:
        assert client.greet().mail().startswith("250 2.0.0 [sender-in-network] recorded as C-")
    assert running.decider.taken[0].raw == REPORT


def test_a_refusal_has_several_lines_and_is_no_error_of_the_session(running: Running) -> None:
    with Talk(running.address) as client:
        client.greet()
        for _ in range(12):
            reply = client.mail(b"X-Verdict: rejected\r\n\r\n")
            assert reply.startswith("550-5.7.1 [out-of-network] not ours|550 5.7.1 see R-")


def test_the_envelope_says_who_and_from_where(running: Running) -> None:
    with Talk(running.address) as client:
        client.greet().begin(b"Reporter@Example.com", recipients=2)
        client.send(b".\r\n")
        client.reply()
    envelope = running.decider.taken[0].envelope
    assert (envelope.mail_from, envelope.rcpt_to) == ("Reporter@Example.com", ("abuse0@example-host.jp", "abuse1@example-host.jp"))
    assert (str(envelope.peer), envelope.helo) == ("127.0.0.1", "client.example.com")


def test_the_null_sender_is_an_empty_one(running: Running) -> None:
    with Talk(running.address) as client:
        client.greet().begin(b"")
        client.send(b".\r\n")
        assert client.reply().startswith("250")
    assert running.decider.taken[0].envelope.mail_from == ""


def test_the_next_mail_of_a_session_begins_anew(running: Running) -> None:
    with Talk(running.address) as client:
        client.greet().mail()
        assert client.say(b"DATA").startswith("503")
        assert client.mail(b"Subject: second\r\n").startswith("250")
    assert [len(taken.envelope.rcpt_to) for taken in running.decider.taken] == [1, 1]


def test_a_line_of_a_megabyte_is_taken(running: Running) -> None:
    mail = b"Subject: long\r\n\r\n" + b"x" * 1_000_000 + b"\r\n"
    with Talk(running.address) as client:
        assert client.greet().mail(mail).startswith("250")
    assert running.decider.taken[0].raw == mail


def test_python_s_own_client_gets_its_mail_through(running: Running) -> None:
    with smtplib.SMTP(*running.address) as client:
        client.sendmail("reporter@example.com", ["abuse@example-host.jp"], ".dots\n..\nend\n")
    assert running.decider.taken[0].raw == b".dots\r\n..\r\nend\r\n"


def test_everything_may_be_sent_at_once(running: Running) -> None:
    """PIPELINING (RFC 2920), two mails and QUIT in one packet."""
    mail = b"MAIL FROM:<a@example.com>\r\nRCPT TO:<abuse@example-host.jp>\r\nDATA\r\nSubject: %d\r\n\r\n.\r\n"
    with Talk(running.address) as client:
        client.reply()
        client.send(b"EHLO client.example.com\r\n" + mail % 1 + mail % 2 + b"QUIT\r\n")
        replies = [client.reply()[:3] for _ in range(10)]
    assert replies == ["250", "250", "250", "354", "250", "250", "250", "354", "250", "221"]
    assert [taken.raw for taken in running.decider.taken] == [b"Subject: 1\r\n\r\n", b"Subject: 2\r\n\r\n"]


def test_thousands_of_commands_at_once_are_answered_each(running: Running) -> None:
    with Talk(running.address) as client:
        client.greet().send(b"NOOP\r\n" * 5_000)
        assert {client.reply() for _ in range(5_000)} == {"250 OK"}


@pytest.mark.parametrize("variant", NOT_THE_END.values(), ids=NOT_THE_END)
def test_no_second_mail_is_smuggled_in(running: Running, variant: bytes) -> None:
    smuggled = b"MAIL FROM:<forged@example.com>\r\nRCPT TO:<abuse@example-host.jp>\r\nDATA\r\nforged\r\n"
    with Talk(running.address) as client:
        client.greet().mail(b"first" + variant + smuggled)
        assert client.say(b"NOOP").startswith("250")
    assert len(running.decider.taken) <= 1
    assert all(b"forged" in taken.raw for taken in running.decider.taken)


# Line ends.


@pytest.mark.parametrize("bare", [b"a\nb\r\n", b"a\rb\r\n"])
def test_a_bare_line_end_is_refused(running: Running, bare: bytes) -> None:
    with Talk(running.address) as client:
        assert client.greet().mail(bare).startswith("550 5.5.2")
        assert client.say(b"NOOP").startswith("250")
    assert not running.decider.taken


def test_a_bare_line_end_is_kept_where_the_operator_wants_it() -> None:
    with listening(Smtp(listen=LOOPBACK, bare_line_ends=BareLineEnds.KEEP)) as running, Talk(running.address) as client:
        assert client.greet().mail(b"a\nb\rc\r\n.\n\r\n").startswith("250")
        assert running.decider.taken[0].raw == b"a\nb\rc\r\n.\n\r\n"


# Size.


@pytest.mark.parametrize("size, code", [(9_999, "250"), (10_000, "250"), (10_001, "552")])
def test_a_mail_over_the_limit_is_refused_and_the_session_goes_on(size: int, code: str) -> None:
    with listening(Smtp(listen=LOOPBACK, max_message_bytes=10_000)) as running, Talk(running.address) as client:
        assert client.greet().mail(b"x" * (size - 2) + b"\r\n").startswith(code)
        assert client.say(b"NOOP").startswith("250")


def test_a_client_that_sends_twice_the_limit_is_cut_off() -> None:
    with listening(Smtp(listen=LOOPBACK, max_message_bytes=10_000)) as running, Talk(running.address) as client:
        client.greet().begin()
        client.send(b"x" * 20_001)
        assert client.reply().startswith("552 5.3.4")
        assert client.reply() == ""


@pytest.mark.parametrize("said, code", [(b"9999", "250"), (b"10000", "250"), (b"10001", "552"), (b"-1", "501"), (b"9" * 400, "552")])
def test_a_size_that_is_announced_is_believed_when_it_is_too_large(said: bytes, code: str) -> None:
    with listening(Smtp(listen=LOOPBACK, max_message_bytes=10_000)) as running, Talk(running.address) as client:
        assert client.greet().say(b"MAIL FROM:<a@example.com> SIZE=" + said).startswith(code)


# Commands and addresses.


def test_what_can_be_done_is_said(running: Running) -> None:
    with Talk(running.address) as client:
        client.reply()
        offered = client.say(b"EHLO client.example.com").split("|")
    assert {"250-SIZE 33554432", "250-8BITMIME", "250-SMTPUTF8", "250-PIPELINING"} <= set(offered)
    assert not any("AUTH" in line for line in offered)


@pytest.mark.parametrize(
    "command",
    [
        b"MAIL FROM:<a\0b@example.com>",
        b"MAIL FROM:<a\x1bb@example.com>",
        b'MAIL FROM:<"a\rb"@example.com>',
        b"MAIL FROM:<" + b"a" * 256 + b"@example.com>",
        b"MAIL FROM:<a@" + b"b" * 256 + b">",
        b"MAIL FROM:<a@example.com",
        b"MAIL FROM:<\xff@example.com> SMTPUTF8",
        "MAIL FROM:<ü@example.com>".encode(),
        b"MAIL FROM:<a@example.com> BODY=9BIT",
        b"MAIL FROM:<a@example.com> NOSUCH=1",
        b"EHLO \x1b[31m",
        b"HELO " + b"a" * 256,
        b"AUTH PLAIN AGEAYg==",
        b"VRFY",
        b"NOSUCH",
    ],
)
def test_what_is_malformed_is_refused_and_not_repeated(running: Running, command: bytes) -> None:
    with Talk(running.address) as client:
        reply = client.greet().say(command)
    assert reply[0] == "5"
    assert reply.isprintable()


@pytest.mark.parametrize(
    "command",
    [
        b"MAIL FROM: <a@example.com>",
        b"MAIL FROM:a@example.com",
        b"mail from:<a@example.com> body=8bitmime size=10",
        b"MAIL FROM:<..dots..@example.jp>",
        b"MAIL FROM:<" + b"a" * 255 + b"@example.com>",
        "MAIL FROM:<ü@exämple.com> SMTPUTF8".encode(),
        b"VRFY a@example.com",
        b"HELP",
        b"NOOP",
        b"RSET",
    ],
)
def test_what_real_senders_write_is_understood(running: Running, command: bytes) -> None:
    with Talk(running.address) as client:
        assert client.greet().say(command)[0] == "2"


def test_a_mail_with_an_address_beyond_ascii_is_taken(running: Running) -> None:
    with Talk(running.address) as client:
        client.greet().say("MAIL FROM:<苦情@例え.example> SMTPUTF8".encode())
        client.say(b"RCPT TO:<abuse@example-host.jp>")
        client.say(b"DATA")
        assert client.say(b".").startswith("250")
    assert running.decider.taken[0].envelope.mail_from == "苦情@例え.example"


@pytest.mark.parametrize("length, code", [(COMMAND_BYTES - 1, "250"), (COMMAND_BYTES, "250"), (COMMAND_BYTES + 1, "500"), (200_000, "500")])
def test_a_command_has_a_length(running: Running, length: int, code: str) -> None:
    with Talk(running.address) as client:
        assert client.greet().say(b"NOOP " + b"x" * (length - 5)).startswith(code)
        assert client.say(b"NOOP").startswith("250")


# Budgets.


def test_the_recipients_of_a_mail_are_counted() -> None:
    """Those beyond the limit are tried again by the sender (RFC 5321 section 4.5.3.1.10): they are no errors of the session."""
    with listening(Smtp(listen=LOOPBACK, max_recipients=3, max_errors=2)) as running, Talk(running.address) as client:
        client.greet().say(b"MAIL FROM:<a@example.com>")
        replies = [client.say(b"RCPT TO:<b@example.com>")[:9] for _ in range(6)]
        assert replies == ["250 2.1.5"] * 3 + ["452 4.5.3"] * 3
        assert client.say(b"DATA").startswith("354")


@pytest.mark.parametrize("errors, is_over", [(2, False), (3, True), (4, True)])
def test_errors_are_counted(errors: int, is_over: bool) -> None:
    with listening(Smtp(listen=LOOPBACK, max_errors=3)) as running, Talk(running.address) as client:
        client.greet().send(b"VRFY\r\n" * errors + b"NOOP\r\n")
        replies = [client.reply()[:3] for _ in range(min(errors, 3) + 1)]
    assert replies == (["501", "501", "421", ""] if is_over else ["501"] * errors + ["250"])


@pytest.mark.parametrize("count, code", [(2, "220"), (3, "220"), (4, "421")])
def test_connections_are_counted(count: int, code: str) -> None:
    with listening(Smtp(listen=LOOPBACK, max_connections=3)) as running:
        clients = [Talk(running.address) for _ in range(count)]
        assert [client.reply()[:3] for client in clients][-1] == code
        for client in clients:
            client.socket.close()


@pytest.mark.parametrize("count, code", [(1, "220"), (2, "220"), (3, "421")])
def test_connections_from_one_address_are_counted(count: int, code: str) -> None:
    with listening(Smtp(listen=LOOPBACK, max_connections_per_address=2)) as running:
        clients = [Talk(running.address) for _ in range(count)]
        assert [client.reply()[:3] for client in clients][-1] == code
        for client in clients:
            client.socket.close()


def test_a_connection_that_has_ended_counts_no_more() -> None:
    with listening(Smtp(listen=LOOPBACK, max_connections_per_address=1)) as running:
        with Talk(running.address) as client:
            client.greet().say(b"QUIT")
            client.reply()
        wait_until(lambda: running.house.gate._count == 0)
        with Talk(running.address) as client:
            assert client.reply().startswith("220")


def test_a_client_that_says_nothing_is_told_so() -> None:
    with listening(Smtp(listen=LOOPBACK, idle_timeout_s=0.1)) as running, Talk(running.address) as client:
        client.reply()
        assert client.reply().startswith("421 4.4.2")
        assert client.reply() == ""


def test_a_mail_that_drips_in_is_cut_off() -> None:
    with listening(Smtp(listen=LOOPBACK, data_timeout_s=0.2)) as running, Talk(running.address) as client:
        client.greet().begin()
        client.send(b"drip\r\n")
        assert client.reply().startswith("421 4.4.2")
        assert client.reply() == ""
    assert not running.decider.taken


def test_a_session_ends_even_when_it_is_never_idle() -> None:
    with listening(Smtp(listen=LOOPBACK, session_timeout_s=0.2)) as running, Talk(running.address) as client:
        client.greet()
        replies = {client.say(b"NOOP")[:9]}
        while "421 4.4.2" not in replies:
            replies.add(client.say(b"NOOP")[:9])


# Overload.


def test_no_mail_is_begun_when_the_disk_is_nearly_full() -> None:
    with listening(free_bytes=1 << 62) as running, Talk(running.address) as client:
        assert client.greet().say(b"MAIL FROM:<a@example.com>").startswith("452 4.3.1")


@pytest.mark.parametrize("waiting, code", [(4, "250"), (5, "451"), (6, "451")])
def test_no_mail_is_begun_when_too_many_wait(waiting: int, code: str) -> None:
    with listening(Smtp(listen=LOOPBACK, max_waiting=5)) as running, Talk(running.address) as client:
        running.decider.waiting = waiting
        assert client.greet().say(b"MAIL FROM:<a@example.com>").startswith(code)


@pytest.mark.parametrize(
    "failure, reply",
    [
        (StorageFull("no space on /dev/secret"), "452 4.3.1"),
        (StorageBusy("database is locked [SQL: INSERT INTO secret]"), "451 4.3.0"),
        (StorageError("secret"), "451 4.3.0"),
        (RuntimeError("secret"), "451 4.3.0"),
    ],
)
def test_our_own_failure_is_temporary_and_nobody_s_business(running: Running, failure: Exception, reply: str) -> None:
    running.writer.failure = failure
    with Talk(running.address) as client:
        answer = client.greet().mail()
        assert answer.startswith(reply)
        assert "secret" not in answer
        running.writer.failure = None
        assert client.mail().startswith("250")


def test_a_broken_hook_is_our_failure(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> str:
        raise RuntimeError("secret")

    monkeypatch.setattr("intake.hooks.Hooks.handle_MAIL", fail)
    with Talk(running.address) as client:
        assert client.greet().say(b"MAIL FROM:<a@example.com>") == "451 4.3.0 We could not take this now; please try again later"


def test_a_mail_that_cannot_be_spooled_is_temporary(tmp_path: Path) -> None:
    with listening(spool=tmp_path / "missing") as running, Talk(running.address) as client:
        assert client.greet().mail(b"x" * 3_000_000 + b"\r\n").startswith("452 4.3.1")
        assert client.mail().startswith("250")


# Clients that leave.


@pytest.mark.parametrize("linger", [struct.pack("ii", 0, 0), struct.pack("ii", 1, 0)], ids=["closed", "reset"])
def test_a_mail_whose_client_leaves_before_the_answer_is_stored(running: Running, linger: bytes) -> None:
    running.decider.may_decide.clear()
    with Talk(running.address) as client:
        client.greet().begin()
        client.send(REPORT + b".\r\n")
        wait_until(lambda: running.decider.taken)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    time.sleep(0.05)
    assert not running.writer.entries
    running.decider.may_decide.set()
    wait_until(lambda: running.writer.entries)
    wait_until(lambda: running.house.gate._count == 0)
    assert len(running.writer.entries) == 1


def test_a_client_that_only_stops_sending_still_gets_its_answer(running: Running) -> None:
    with Talk(running.address) as client:
        client.greet().begin()
        client.send(REPORT + b".\r\n")
        client.socket.shutdown(socket.SHUT_WR)
        assert client.reply().startswith("250 2.0.0")
        assert client.reply() == ""
    assert len(running.writer.entries) == 1


def test_a_client_that_leaves_within_its_mail_leaves_nothing(running: Running) -> None:
    with Talk(running.address) as client:
        client.greet().begin()
        client.send(REPORT)
    wait_until(lambda: running.house.gate._count == 0)
    assert not running.decider.taken


def test_an_answer_that_takes_too_long_is_temporary_and_the_mail_is_stored() -> None:
    with listening(Smtp(listen=LOOPBACK, reply_timeout_s=0.1)) as running, Talk(running.address) as client:
        running.decider.may_decide.clear()
        client.greet().begin()
        client.send(REPORT + b".\r\n")
        assert client.reply().startswith("451 4.3.0")
        running.decider.may_decide.set()
        wait_until(lambda: running.writer.entries)


def test_a_mail_that_is_not_decided_in_time_is_received_and_decided_later() -> None:
    with listening(verdict_timeout_s=0.1) as running, Talk(running.address) as client:
        running.decider.may_decide.clear()
        client.greet().begin()
        client.send(REPORT + b".\r\n")
        assert client.reply().startswith("250 2.0.0 [received]")
        assert [entry.verdict for entry in running.writer.entries] == [None]
        running.decider.may_decide.set()
        wait_until(lambda: len(running.writer.entries) == 2)
        assert running.writer.entries[0].digest == running.writer.entries[1].digest


# The end of the service.


def test_a_mail_under_way_is_finished_when_the_service_is_stopped() -> None:
    with listening() as running, Talk(running.address) as idle, Talk(running.address) as busy:
        idle.greet()
        busy.greet().begin()
        stopping = threading.Thread(target=lambda: running.run(running.listener.close(within_s=5)))
        stopping.start()
        assert idle.reply().startswith("421 4.3.2")
        busy.send(REPORT + b".\r\n")
        assert busy.reply().startswith("250 2.0.0")
        assert busy.reply().startswith("421 4.3.2")
        stopping.join()
        assert len(running.writer.entries) == 1
