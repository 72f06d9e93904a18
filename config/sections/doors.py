"""Where reports come in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from config import values
from config.prefixes import Network
from config.values import Endpoint


class BareLineEnds(StrEnum):
    """What to do with a message that holds a carriage return or a line feed alone."""

    REFUSE = "refuse"  # 550 5.5.2, as SMTP smuggling needs them.
    KEEP = "keep"  # Stored as they are, and never the end of the message.


class MailboxTls(StrEnum):
    """How a mailbox is reached."""

    IMPLICIT = "implicit"  # TLS from the first byte, as on port 993.
    STARTTLS = "starttls"  # TLS before anything secret, as on port 143.
    NONE = "none"  # In clear; only on this machine.


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """The mail door."""

    listen: Annotated[tuple[Endpoint, ...], values.each(values.endpoint), "Where to take mail by SMTP."] = (Endpoint("127.0.0.1", 8025),)
    lmtp_socket: Annotated[str, values.text, "Path of a unix socket to take mail by LMTP; empty for none."] = ""
    submit_socket: Annotated[
        str, values.text, "Path of a unix socket at which the service takes mail from `submit`; empty for one beside a SQLite store."
    ] = ""
    hostname: Annotated[str, values.text, "The name in the greeting; empty for the machine's."] = ""
    verdict_timeout_s: Annotated[
        float, values.seconds, "How long a sender waits for the verdict before it hears only that the report was received."
    ] = 5.0
    max_message_bytes: Annotated[int, values.whole(1), "The largest message."] = 33_554_432
    idle_timeout_s: Annotated[float, values.seconds, "How long a connection may say nothing."] = 300.0
    data_timeout_s: Annotated[float, values.seconds, "How long one message may take to arrive."] = 300.0
    reply_timeout_s: Annotated[float, values.seconds, "How long an answer may take once the message is there."] = 60.0
    session_timeout_s: Annotated[float, values.seconds, "How long one connection may stay."] = 900.0
    max_connections: Annotated[int, values.whole(1), "Connections at a time; more are told to come back."] = 500
    max_connections_per_address: Annotated[int, values.whole(1), "Connections at a time from one address."] = 20
    max_waiting: Annotated[int, values.whole(1), "Messages that wait for a worker; senders of more are told to come back."] = 1_000
    max_recipients: Annotated[int, values.whole(1), "Recipients of one message."] = 100
    max_errors: Annotated[int, values.whole(1), "Bad commands in one connection before it is closed."] = 10
    tls_cert: Annotated[str, values.text, "Path of the certificate chain for STARTTLS; empty for none."] = ""
    tls_key: Annotated[str, values.text, "Path of its key."] = ""
    tls_required: Annotated[bool, values.flag, "Take mail only after STARTTLS."] = False
    proxy_from: Annotated[
        tuple[Network, ...], values.each(values.network), "Load balancers that begin each connection with a PROXY line; nobody else may."
    ] = ()
    relays: Annotated[
        tuple[Network, ...], values.each(values.network), "Your own relays: connections from them are not counted by address."
    ] = ()
    bare_line_ends: Annotated[
        BareLineEnds,
        values.word(BareLineEnds),
        "A carriage return or line feed alone: refuse the message, or keep it as it is.",
    ] = BareLineEnds.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """A mailbox that reports arrive in, by IMAP or as a Maildir. A mail is moved on only once it is stored."""

    host: Annotated[str, values.text, "The IMAP server; empty for none."] = ""
    port: Annotated[int, values.whole(1), "Its port."] = 993
    tls: Annotated[
        MailboxTls, values.word(MailboxTls), "TLS from the first byte, by STARTTLS, or none, which is for this machine only."
    ] = MailboxTls.IMPLICIT
    tls_ca: Annotated[str, values.text, "Path of the certificates that its own is checked with; empty for the system's."] = ""
    user: Annotated[str, values.text, "Who to sign in as."] = ""
    password_file: Annotated[str, values.text, "A file that holds the password."] = ""
    token_command: Annotated[
        tuple[str, ...], values.each(values.text), "A command that prints an OAuth access token, in place of a password (Microsoft, Gmail)."
    ] = ()
    maildir: Annotated[str, values.text, "Path of a Maildir to watch as well; empty for none."] = ""
    folder: Annotated[str, values.text, "The folder that mail arrives in, at the IMAP server."] = "INBOX"
    done_folder: Annotated[str, values.text, "Where accepted and held mail is moved to; made where it is missing."] = "Done"
    refused_folder: Annotated[str, values.text, "Where rejected mail, and what is larger than smtp.max_message_bytes, is moved to."] = (
        "Refused"
    )
    every_s: Annotated[float, values.seconds, "How often to look."] = 60.0
