"""What the operator may set: one class for each section of abusedesk.toml, each key with its default and its explanation.

The command's sample, docs/configuration.md and the reading of file and environment all follow from these lines.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Annotated, Any

from config import values
from config.events import Event
from config.limits import Limits
from config.prefixes import Network
from config.values import Endpoint, Reader
from config.whereabouts import DEFAULT_STORE


class BareLineEnds(StrEnum):
    """What to do with a message that holds a carriage return or a line feed alone."""

    REFUSE = "refuse"  # 550 5.5.2, as SMTP smuggling needs them.
    KEEP = "keep"  # Stored as they are, and never the end of the message.


class Language(StrEnum):
    """A language that every text for reporters exists in."""

    ENGLISH = "en"  # English.
    JAPANESE = "ja"  # Japanese; takes precedence where the two differ.


class MailboxTls(StrEnum):
    """How a mailbox is reached."""

    IMPLICIT = "implicit"  # TLS from the first byte, as on port 993.
    STARTTLS = "starttls"  # TLS before anything secret, as on port 143.
    NONE = "none"  # In clear; only on this machine.


class DeskRole(StrEnum):
    """What a person of the desk may do; each may do what those before it may."""

    VIEWER = "viewer"  # Look.
    HANDLER = "handler"  # Judge submissions, work on cases, open raw mail.
    ADMIN = "admin"  # Replay, and open what is sealed.


_EVENTS_BY_RECIPIENT = {f"abuse+{event}": event for event in Event} | {
    "abuse+phishing": Event.PHISHING_SITE,
    "abuse+malware": Event.MALWARE_SITE,
    "abuse+tampering": Event.WEBSITE_TAMPERING,
}


_REGISTRIES = (
    "rdap.arin.net",
    "rdap.db.ripe.net",
    "rdap.apnic.net",
    "rdap.lacnic.net",
    "rdap.registro.br",
    "rdap.afrinic.net",
)
_WHOIS = (
    "whois.arin.net",
    "whois.ripe.net",
    "whois.apnic.net",
    "whois.lacnic.net",
    "whois.registro.br",
    "whois.afrinic.net",
    "whois.nic.ad.jp",
    "whois.krnic.net",
    "whois.twnic.net",
    "whois.cnnic.cn",
    "whois.idnic.net",
    "whois.vnnic.vn",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNetwork:
    """What is yours: a report is accepted when it concerns this."""

    prefixes: Annotated[tuple[Network, ...], values.each(values.network), "Your address space."] = ()
    prefix_files: Annotated[
        tuple[str, ...],
        values.each(values.text),
        "CSV files of prefix,contractor,service,valid_from,valid_to lines; a relative path counts from this file.",
    ] = ()
    asns: Annotated[
        tuple[int, ...],
        values.each(values.asn),
        "Your autonomous systems; what they announce is proposed to you, and yours only once it is confirmed.",
    ] = ()
    confirmed_file: Annotated[
        str, values.text, "The prefix file that `networks confirm` writes; a relative path counts from this file; empty for none."
    ] = ""
    domains: Annotated[tuple[str, ...], values.each(values.domain), "Your names, each with everything below it."] = ()
    routable: Annotated[
        tuple[Network, ...], values.each(values.network), "Reserved ranges to treat as routable; for demonstrations and tests."
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Whose Received lines are believed."""

    trusted: Annotated[
        tuple[Network | str, ...], values.each(values.host_or_network), "Hosts and prefixes whose Received lines you wrote yourself."
    ] = ()
    gateways: Annotated[
        tuple[str, ...], values.each(values.domain), "Inbound gateways of reporters, below which the walk through Received lines goes on."
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSettings:
    """What may be asked of the outside world."""

    dns: Annotated[bool, values.flag, "Ask DNS for the addresses of linked hosts; false: no look-up leaves this machine."] = True
    dkim: Annotated[bool, values.flag, "Ask DNS for DKIM keys."] = True
    rdap: Annotated[bool, values.flag, "Ask registries, after the answer, whose network an address elsewhere is."] = True
    rdap_server: Annotated[str, values.text, "The RDAP server to begin with; it leads on to the registry that holds the address."] = (
        "https://rdap-bootstrap.arin.net/bootstrap"
    )
    rdap_hosts: Annotated[tuple[str, ...], values.each(values.text), "The RDAP servers that one may lead on to; no others are asked."] = (
        _REGISTRIES
    )
    rdap_timeout_s: Annotated[float, values.seconds, "How long one question to the registries may take, redirections included."] = 10.0
    whois: Annotated[bool, values.flag, "Ask by whois where RDAP fails or names no abuse address."] = True
    whois_server: Annotated[str, values.text, "The whois server to begin with, as host or host:port."] = "whois.iana.org"
    whois_hosts: Annotated[
        tuple[str, ...], values.each(values.text), "The whois servers that one may lead on to, national ones included; no others are asked."
    ] = _WHOIS
    whois_timeout_s: Annotated[float, values.seconds, "How long one question by whois may take, all servers included."] = 10.0
    asn_file: Annotated[
        str, values.text, "A file of networks in MaxMind's format (.mmdb) that is asked before any registry; empty for none."
    ] = ""
    asn_server: Annotated[str, values.text, "The whois server that tells what an autonomous system announces (RPSL origin)."] = (
        "whois.radb.net"
    )
    resolver: Annotated[str, values.resolver, "The name server, as address:port; empty for the system's."] = ""
    hosts: Annotated[
        Mapping[str, tuple[IPv4Address | IPv6Address, ...]],
        values.table(values.domain, values.each(values.address)),
        'Fixed answers, asked first, as in { "www.shop.example" = ["203.0.113.9"] }.',
    ] = field(default_factory=dict)
    timeout_s: Annotated[float, values.seconds, "How long one mail's look-ups may take together; what is missing then is unknown."] = 1.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The review page."""

    listen: Annotated[Endpoint, values.endpoint, "Where to serve it."] = Endpoint("127.0.0.1", 8080)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who gets in at the review page, and what is shown to whom."""

    reporter_hidden_from: Annotated[
        tuple[DeskRole, ...], values.each(values.word(DeskRole)), "Roles that are never shown a reporter's address, nor the raw mail."
    ] = ()
    reporter_hidden_on_terminal: Annotated[
        bool, values.flag, "Neither do `rejected`, `held` and `cases` print it; whoever can read the store itself still can."
    ] = False
    password: Annotated[bool, values.flag, "Sign in with a name and password; false: only through the provider below."] = True
    oidc_issuer: Annotated[str, values.text, "Your OpenID Connect provider, as its tokens name it; empty for none."] = ""
    oidc_client_id: Annotated[str, values.text, "What the desk is called there."] = ""
    oidc_client_secret: Annotated[str, values.text, "Its secret there; empty for a public client, which PKCE protects."] = ""
    oidc_callback: Annotated[
        str, values.text, "Where the provider sends browsers back to: the desk's outside address and /sign-in/provider/back."
    ] = ""
    oidc_name_claim: Annotated[str, values.text, "The claim of the ID token that people are named by in the desk."] = "email"
    oidc_groups_claim: Annotated[str, values.text, "The claim that lists their groups."] = "groups"
    oidc_roles: Annotated[
        Mapping[str, DeskRole], values.table(values.text, values.word(DeskRole)), "Roles by group; the highest counts, none keeps out."
    ] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Where everything is kept. SQLite always syncs fully: an answer is given only after the commit."""

    url: Annotated[str, values.database, "sqlite:///PATH, or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE."] = DEFAULT_STORE
    archive_url: Annotated[
        str,
        values.text,
        "Where `abusedesk archive` moves old raw mail: s3://BUCKET/PREFIX (credentials in AWS_… of the environment), or file:///FOLDER.",
    ] = ""
    archive_after_days: Annotated[int, values.whole(1), "How old raw mail must be to be moved there."] = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what came in is kept, in days; 0 keeps it for ever. Then raw mail and personal data go; verdict, counts and hash stay."""

    accepted_days: Annotated[int, values.whole(0), "Accepted submissions, counted from the day that their last case was closed."] = 0
    rejected_days: Annotated[int, values.whole(0), "Rejected ones, counted from the day that they last came in."] = 0
    held_days: Annotated[int, values.whole(0), "Held ones, likewise."] = 0
    events: Annotated[
        Mapping[Event, int],
        values.table(values.word(Event), values.whole(0)),
        "Days for an event, in place of those for its verdict, as in { spam = 90 }.",
    ] = field(default_factory=dict)
    sealed_days: Annotated[
        int, values.whole(0), "The raw mail of sealed submissions, whatever their event; its hash and the locations named are always kept."
    ] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """What the desk says, and to whom."""

    languages: Annotated[tuple[Language, ...], values.each(values.word(Language)), "Languages of the answers, the preferred one first."] = (
        tuple(Language)
    )
    contact: Annotated[str, values.text, "Where a person can be reached; printed in refusals."] = ""
    help_url: Annotated[str, values.text, "The published page that says how to report; printed in refusals."] = ""
    second_opinion: Annotated[
        bool, values.flag, "Let mail-parser read every Received chain too; what it reads differently is noted, and decides nothing."
    ] = True
    desk_addresses: Annotated[tuple[str, ...], values.each(values.mail_address), "The desk's own addresses."] = ()
    recipients: Annotated[
        Mapping[str, Event],
        values.table(values.mail_address, values.word(Event)),
        "Which event mail to an address, or to a local part, reports.",
    ] = field(default_factory=_EVENTS_BY_RECIPIENT.copy)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettings:
    """Mail to reporters and contractors, beside the answer that the sender's server gets."""

    enabled: Annotated[bool, values.flag, "Send any; without it the answer at the door is all."] = False
    smarthost: Annotated[Endpoint, values.endpoint, "Your mail server, which takes them on."] = Endpoint("127.0.0.1", 25)
    smarthost_tls: Annotated[bool, values.flag, "Send only after STARTTLS, and check the smarthost's certificate."] = False
    sender: Annotated[str, values.text, "The From address of notices; empty for the first of policy.desk_addresses."] = ""
    sender_name: Annotated[str, values.text, "The name beside it."] = "Abuse desk"
    templates: Annotated[str, values.text, "A folder whose KIND.EVENT.LANGUAGE.txt or KIND.LANGUAGE.txt replace ours; empty for none."] = ""
    acknowledge: Annotated[bool, values.flag, "Also tell reporters of accepted and held reports that these were received."] = True
    reporters: Annotated[
        tuple[str, ...],
        values.each(values.mail_address),
        "Reporters who are told without SPF or DKIM: addresses, or @domain for all of a domain.",
    ] = ()
    contractors: Annotated[
        Mapping[str, str],
        values.table(values.text, values.mail_address),
        "Addresses of contractors, by their names in the prefix files.",
    ] = field(default_factory=dict)
    feedback_loops: Annotated[
        Mapping[str, str],
        values.table(values.text, values.mail_address),
        "Whose feedback reports (ARF) `feed --format arf` writes: contractors by name, and the addresses of their feedback loops.",
    ] = field(default_factory=dict)
    dkim_key: Annotated[str, values.text, "Path of the PEM file with the key to sign with; empty for none."] = ""
    dkim_selector: Annotated[str, values.text, "Its selector; the domain is that of the From address."] = "abusedesk"
    webhooks: Annotated[tuple[str, ...], values.each(values.text), "URLs that each verdict is posted to as JSON."] = ()
    webhook_secret: Annotated[
        str, values.text, "The secret that those are signed with (HMAC-SHA256), and that redacted addresses are numbered with."
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What shows the operator how the service is."""

    listen: Annotated[
        tuple[Endpoint, ...], values.each(values.endpoint), "Where /livez, /readyz and /metrics are served, without a password."
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """The processes that read mail; each can be killed without losing any."""

    count: Annotated[int, values.whole(0), "How many; 0 for one a processor."] = 0
    cpu_s: Annotated[int, values.whole(1), "Processor seconds for one message."] = 10
    wall_s: Annotated[float, values.seconds, "Seconds for one message."] = 30.0
    memory_bytes: Annotated[int, values.whole(67_108_864), "Address space of one process."] = 1_073_741_824


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything, and where it came from.

    file: None when there is no file.   origins: "section.key" to "file:line" or the variable's name; absent means default.
    """

    network: OwnNetwork = field(default_factory=OwnNetwork)
    receivers: Receivers = field(default_factory=Receivers)
    lookups: LookupSettings = field(default_factory=LookupSettings)
    smtp: Smtp = field(default_factory=Smtp)
    mailbox: MailboxSettings = field(default_factory=MailboxSettings)
    web: Web = field(default_factory=Web)
    review: Review = field(default_factory=Review)
    storage: StorageSettings = field(default_factory=StorageSettings)
    retention: Retention = field(default_factory=Retention)
    policy: PolicySettings = field(default_factory=PolicySettings)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    operation: Operation = field(default_factory=Operation)
    workers: Workers = field(default_factory=Workers)
    limits: Limits = field(default_factory=Limits)
    file: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict)


SECTIONS: dict[str, type[Any]] = {
    "network": OwnNetwork,
    "receivers": Receivers,
    "lookups": LookupSettings,
    "smtp": Smtp,
    "mailbox": MailboxSettings,
    "web": Web,
    "review": Review,
    "storage": StorageSettings,
    "retention": Retention,
    "policy": PolicySettings,
    "notices": NoticeSettings,
    "operation": Operation,
    "workers": Workers,
    "limits": Limits,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a section.   default: what it is when nobody sets it.   about: what it is for."""

    name: str
    reader: Reader
    default: Any
    about: str


@cache
def keys_of(section: str) -> Mapping[str, Key]:
    """The keys of a section by name; one that names no reader is a whole number."""
    keys = {}
    for each in fields(SECTIONS[section]):
        known = getattr(each.type, "__metadata__", ())
        reader = next((one for one in known if isinstance(one, Reader)), values.whole())
        about = next((one for one in known if isinstance(one, str)), "")
        default = each.default_factory() if each.default_factory is not MISSING else each.default
        keys[each.name] = Key(name=each.name, reader=reader, default=default, about=about)
    return keys
