"""What servers, firewalls and sensors write into their logs: one grammar for each format.

A grammar says by which words a line is recognised, and what stands before or behind the address that acted and the
one that was acted upon. The address is found first (parsers/addresses.py); the slots only look at its surroundings, so
that nothing an intruder chose (user name, request, User-Agent) can name somebody else. Formats from the programs' own
sources and manuals.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class LogKind(StrEnum):
    """What the writer of a log watches."""

    LOGIN = "login"  # A service that asks for a password.
    WEB = "web"  # An HTTP server.
    PACKETS = "packets"  # A firewall, a router, a packet dump, an intrusion detector.
    MAIL = "mail"  # Mail transport.


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGrammar:
    """One format.

    needles: one of them stands in every such line, tested before any pattern.   line: recognises it, or None.
    source_before, source_after: must match the text that ends or starts at the acting address.   target_*: the other one's.
    """

    name: str
    kind: LogKind
    needles: tuple[str, ...]
    line: re.Pattern[str] | None = None
    source_before: re.Pattern[str] | None = None
    source_after: re.Pattern[str] | None = None
    target_before: re.Pattern[str] | None = None
    target_after: re.Pattern[str] | None = None


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Common Log Format: host ident authuser [dd/Mon/yyyy:hh:mm:ss zone] "request" status bytes   (Apache mod_log_config, nginx log_format)
_CLF_REST = _re(r',?(?: (?:[^\s"]{1,80}|"[^"]{0,80}")){0,3} \[\d{1,2}/[a-z]{3}/\d{4}[: ]')
_ARROW = r"\s{0,3}(?:->|-->|=>|→|>)\s{0,3}"
_ARROW_BACK = r"\s{0,3}(?:<-|<--|<=|←)\s{0,3}"

GRAMMARS: tuple[LogGrammar, ...] = (
    LogGrammar(  # iptables, nftables, ufw, firewalld: IN=eth0 OUT= SRC=a DST=b PROTO=TCP SPT=1 DPT=2
        name="netfilter", kind=LogKind.PACKETS, needles=("SRC=",),
        line=_re(r"\bDST=|\bPROTO=|\bLEN=|\bSPT="), source_before=_re(r"\bSRC=$"), target_before=_re(r"\bDST=$"),
    ),
    LogGrammar(  # sshd(8): "Failed password for [invalid user] NAME from a port 1 ssh2"; the last "from" is sshd's own
        name="sshd", kind=LogKind.LOGIN, needles=("sshd", "ssh2", " port "),
        line=_re(
            r"\bsshd(?:-session|-auth)?(?:\[\d{1,10}\])?: |\[preauth\]"
            r"|\b(?:failed|invalid|accepted) (?:password|user|publickey|none|keyboard)"
        ),
        source_before=_re(
            r"(?:\bfrom |\bfrom \S{1,255} \(|\brhost=|\bwith |\[)$"
            r"|\b(?:closed|reset|disconnected) (?:by|from)(?: (?:authenticating|invalid) user)?(?: \S{0,64})? $"
        ),
        source_after=_re(r"(?: port \d|\]|\)|\s|:|$)"),
    ),
    LogGrammar(  # fail2ban.log: fail2ban.actions [1]: NOTICE [jail] Ban a
        name="fail2ban", kind=LogKind.LOGIN, needles=("fail2ban", "Ban ", "Found "),
        line=_re(r"\bfail2ban\b|\[[\w.-]{1,40}\] (?:Restore )?(?:Ban|Found|Unban) "),
        source_before=_re(r"\] (?:Restore |Increase )?(?:Ban|Found|Unban|Ignore) $|\] $"),
    ),
    LogGrammar(  # postfix smtpd: warning: name[a]: SASL LOGIN authentication failed; lost connection after AUTH from name[a]
        name="postfix-auth", kind=LogKind.LOGIN, needles=("SASL", "AUTH", "auth="),
        line=_re(r"\bSASL \S{1,20} authentication failed|\bafter AUTH\b|\bauth=0/\d"),
        source_before=_re(r"(?:\bfrom |: )[\w.-]{1,255}\[$"),
    ),
    LogGrammar(  # postfix smtpd: NOQUEUE: reject: RCPT from name[a]; client=name[a]
        name="postfix", kind=LogKind.MAIL, needles=("postfix", "smtpd"),
        line=_re(r"\bpostfix(?:[/-][\w-]{1,30}){1,3}(?:\[\d{1,10}\])?: "),
        source_before=_re(r"(?:\bfrom |\bclient=|\bwarning: |\bFor |: )[\w.-]{1,255}\[$"),
        target_before=_re(r"\brelay=[\w.-]{1,255}\[$|\bto [\w.-]{1,255}\[$"),
    ),
    LogGrammar(  # dovecot: imap-login: ... rip=a, lip=b; auth: sql(user,a): ...
        name="dovecot", kind=LogKind.LOGIN, needles=("rip=", "dovecot"),
        line=_re(r"\bdovecot\b|-login: |\blip="), source_before=_re(r"\brip=$|\([^()\s]{0,160},$"), target_before=_re(r"\blip=$"),
    ),
    LogGrammar(  # exim mainlog: login authenticator failed for (name) [a]:1: 535
        name="exim-auth", kind=LogKind.LOGIN, needles=("authenticator failed",),
        source_before=_re(r"\bfailed for (?:[\w.-]{1,255} )?(?:\([^()]{0,255}\) )?\[$"),
        target_before=_re(r"\bI=\[$"),
    ),
    LogGrammar(  # exim mainlog: H=(helo) [a]:1 I=[b]:25 F=<x> rejected RCPT
        name="exim", kind=LogKind.MAIL, needles=(" H=", "from ["),
        line=_re(r" H=[(\[\w]|\bSMTP (?:connection|call|protocol|command)"),
        source_before=_re(r"\b(?:H=|from )(?:[\w.-]{1,255} )?(?:\([^()]{0,255}\) )?\[$"),
        target_before=_re(r"\bI=\[$"),
    ),
    LogGrammar(  # sendmail: arg1=[a], relay=name [a], reject=
        name="sendmail", kind=LogKind.MAIL, needles=("ruleset=", "relay="),
        line=_re(r"\b(?:sm-mta|sendmail|sm-acceptingconnections)\b"), source_before=_re(r"\barg\d=\[?$|\brelay=(?:[\w.-]{1,255} )?\[$"),
    ),
    LogGrammar(  # Apache error_log, ModSecurity: [client a:1]
        name="apache-error", kind=LogKind.WEB, needles=("[client ", "[remote "), source_before=_re(r"\[(?:client|remote) $"),
    ),
    LogGrammar(  # nginx error.log: ... client: a, server: name, request: "..."
        name="nginx-error", kind=LogKind.WEB, needles=("client: ",),
        line=_re(r"\b(?:server|request|upstream): "), source_before=_re(r"\bclient: $"), target_before=_re(r"\bserver: $"),
    ),
    LogGrammar(name="access-log", kind=LogKind.WEB, needles=(" [",), source_after=_CLF_REST),
    LogGrammar(  # Snort and Suricata "{TCP} a:1 -> b:2"; RouterOS, Junos "a/1->b/2"; nfdump; tcpdump and pf "a.1 > b.2:"
        name="flow", kind=LogKind.PACKETS, needles=("->", " > ", "=>", "→", "-->"),
        source_after=_re(rf"[\])]?(?:[/:]\d{{1,5}}|\s?\(\d{{1,5}}\))?{_ARROW}(?:[\w.-]{{1,40}}[:/])?[\[(]?[\da-f]"),
        target_before=_re(rf"{_ARROW}(?:[\w.-]{{1,40}}[:/])?[\[(]?$"),
    ),
    LogGrammar(  # the same from right to left: b:2 <- a:1
        name="flow-back", kind=LogKind.PACKETS, needles=("<-", "<=", "←"),
        source_before=_re(rf"{_ARROW_BACK}(?:[\w.-]{{1,40}}[:/])?[\[(]?$"),
        target_after=_re(rf"[\])]?(?:[/:]\d{{1,5}}|\s?\(\d{{1,5}}\))?{_ARROW_BACK}(?:[\w.-]{{1,40}}[:/])?[\[(]?[\da-f]"),
    ),
    LogGrammar(  # Cisco ASA: Deny tcp src outside:a/1 dst inside:b/2; IOS: denied tcp a(1) -> b(2), 1 packet
        name="cisco", kind=LogKind.PACKETS, needles=("%",),
        line=_re(r"%(?:ASA|PIX|FTD|SEC|FWSM)-"),
        source_before=_re(r"(?:\bsrc |\bfrom |\bfor |\b(?:tcp|udp|icmp) |\bserver \S{1,40} from )(?:[\w.-]{1,40}[:/])?$"),
        target_before=_re(r"(?:\bdst |\bto |-> )(?:[\w.-]{1,40}[:/])?$"),
    ),
    LogGrammar(  # BIND: client @0x1 a#1 (name): query (cache) denied
        name="bind", kind=LogKind.PACKETS, needles=("client ",),
        line=_re(r"\bquer(?:y|ies)\b|\bnamed\b"), source_before=_re(r"\bclient (?:@0x[0-9a-f]{1,16} )?$"),
    ),
    LogGrammar(  # asterisk: Registration from 'x' failed for 'a:5060' - Wrong password
        name="asterisk", kind=LogKind.LOGIN, needles=("failed for '", "RemoteAddress="),
        source_before=_re(r"\bfailed for '$|\bRemoteAddress=\"IPV[46]/\w{1,4}/$"),
        target_before=_re(r"\bLocalAddress=\"IPV[46]/\w{1,4}/$"),
    ),
    LogGrammar(  # proftpd: host (name[a]) - USER x; vsftpd: FAIL LOGIN: Client "a"; pure-ftpd: (?@a) [WARNING]
        name="ftpd", kind=LogKind.LOGIN, needles=("ftpd", "FTP", "Client \"", "(?@"),
        line=_re(r"ftpd?\b|\bLOGIN: |\(\?@"),
        source_before=_re(r"\([\w.-]{0,255}\[$|\bClient \"$|\(\S{0,64}@$|\bfrom (?:[\w.-]{1,255} )?[\[(]?$"),
    ),
    LogGrammar(  # MySQL, MariaDB: Access denied for user 'x'@'a'
        name="mysqld", kind=LogKind.LOGIN, needles=("Access denied",), source_before=_re(r"'@'$"),
    ),
    LogGrammar(  # portsentry: attackalert: Connect from host: name/a to TCP port: 23
        name="portsentry", kind=LogKind.PACKETS, needles=("attackalert", "Connect from host"),
        source_before=_re(r"\bhost: (?:[\w.-]{0,255}/)?$"),
    ),
)  # fmt: skip
