"""Log lines: the acting address is the program's word, never the intruder's."""

import pytest

from parsers.addresses import find_addresses, refang
from parsers.logs import LogLine, read_log_line
from parsers.report import Role

ACTING, OTHER = "203.0.113.5", "198.51.100.2"

LINES = {
    "sshd": [
        "Aug  3 10:00:00 host sshd[1]: Failed password for root from 203.0.113.5 port 4242 ssh2",
        "Aug  3 10:00:00 host sshd[1]: Invalid user admin from 203.0.113.5",
        "Aug  3 10:00:00 host sshd[1]: Connection closed by authenticating user root 203.0.113.5 port 4242 [preauth]",
        "Aug  3 10:00:00 host sshd[1]: Disconnected from invalid user admin 203.0.113.5 port 4242 [preauth]",
        "Aug  3 10:00:00 host sshd[1]: Received disconnect from 203.0.113.5: 11: Bye Bye [preauth]",
        "Aug  3 10:00:00 host sshd[1]: pam_unix(sshd:auth): authentication failure; uid=0 tty=ssh ruser= rhost=203.0.113.5  user=root",
        "Aug  3 10:00:00 host sshd[1]: refused connect from x.example (203.0.113.5)",
        "Aug  3 10:00:00 host sshd[1]: Unable to negotiate with 203.0.113.5 port 4242: no matching key exchange method",
        "Aug  3 10:00:00 host sshd[1]: reverse mapping checking getaddrinfo for x.example [203.0.113.5] failed",
    ],
    "fail2ban": [
        "2026-08-03 10:00:00,123 fail2ban.actions [512]: NOTICE [sshd] Ban 203.0.113.5",
        "2026-08-03 10:00:00,123 fail2ban.filter [512]: INFO [sshd] Found 203.0.113.5 - 2026-08-03 10:00:00",
    ],
    "postfix-auth": [
        "Aug  3 10:00:00 mx postfix/smtpd[1]: warning: unknown[203.0.113.5]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
        "Aug  3 10:00:00 mx postfix/submission/smtpd[1]: lost connection after AUTH from x.example[203.0.113.5]",
    ],
    "postfix": [
        "Aug  3 10:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[203.0.113.5]: 554; from=<x@[192.0.2.7]> helo=<192.0.2.8>",
        "Aug  3 10:00:00 mx postfix/smtpd[1]: 4ABC: client=x.example[203.0.113.5]",
    ],
    "dovecot": [
        "Aug  3 10:00:00 mx dovecot: imap-login: Disconnected (auth failed): user=<a>, method=PLAIN, rip=203.0.113.5, lip=198.51.100.2",
        "Aug  3 10:00:00 mx dovecot: auth-worker(12): sql(user@a.example,203.0.113.5): unknown user",
    ],
    "exim-auth": ["2026-08-03 10:00:00 login authenticator failed for (ylmf-pc) [203.0.113.5]:4242: 535 Incorrect authentication data"],
    "exim": [
        "2026-08-03 10:00:00 H=(192.0.2.7) [203.0.113.5]:4242 I=[198.51.100.2]:25 F=<a@b.example> rejected RCPT",
    ],
    "access-log": [
        '203.0.113.5 - - [03/Aug/2026:10:00:00 +0900] "GET /wp-login.php HTTP/1.1" 200 1 "http://192.0.2.7/" "Mozilla/5.0 Chrome/98.0.0.0"',
        'www.shop.example:443 203.0.113.5 - - [03/Aug/2026:10:00:00 +0900] "POST /xmlrpc.php HTTP/1.1" 200 1',
        '192.0.2.7 203.0.113.5 - bob [03/Aug/2026:10:00:00 +0900] "GET http://192.0.2.8/ HTTP/1.1" 200 1',
    ],
    "apache-error": ['[Mon Aug 03 10:00:00.1 2026] [:error] [client 203.0.113.5:4242] ModSecurity: Access denied [hostname "192.0.2.7"]'],
    "nginx-error": ['2026/08/03 10:00:00 [error] 1#1: *3 open() "/x" failed, client: 203.0.113.5, server: shop.example, host: "192.0.2.7"'],
    "netfilter": ["Aug  3 10:00:00 fw kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.5 DST=198.51.100.2 LEN=40 PROTO=TCP SPT=4242 DPT=22"],
    "flow": [
        "10:00:00.000001 IP 203.0.113.5.53 > 198.51.100.2.80: UDP, length 512",
        "Aug 3 10:00:00 pf: rule 2/0(match): block in on em0: 203.0.113.5.4242 > 198.51.100.2.22: S",
        "[**] [1:2001219:20] ET SCAN Potential SSH Scan [**] {TCP} 203.0.113.5:4242 -> 198.51.100.2:22",
        "2026-08-03 10:00:00.000 0.000 TCP 203.0.113.5:4242 -> 198.51.100.2:22 1 40 1",
        "session denied 203.0.113.5/4242->198.51.100.2/22 junos-ssh",
        "%SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.5(4242) -> 198.51.100.2(22), 1 packet",
    ],
    "cisco": [
        '%ASA-4-106023: Deny tcp src outside:203.0.113.5/4242 dst inside:198.51.100.2/22 by access-group "x"',
        "%ASA-2-106001: Inbound TCP connection denied from 203.0.113.5/4242 to 198.51.100.2/22 flags SYN on interface outside",
    ],
    "asterisk": ["NOTICE[1]: chan_sip.c: Registration from '\"100\" <sip:100@192.0.2.7>' failed for '203.0.113.5:5060' - Wrong password"],
    "ftpd": [
        "proftpd[1]: 192.0.2.7 (x.example[203.0.113.5]) - USER admin: no such user found",
        'vsftpd: Mon Aug 3 10:00:00 2026 [pid 1] [admin] FAIL LOGIN: Client "203.0.113.5"',
        "pure-ftpd: (?@203.0.113.5) [WARNING] Authentication failed for user [admin]",
    ],
    "bind": ["named[1]: client @0x7f 203.0.113.5#4242 (x.example): query (cache) 'x.example/ANY/IN' denied"],
    "mysqld": ["Access denied for user 'root'@'203.0.113.5' (using password: YES)"],
    "portsentry": ["attackalert: Connect from host: 203.0.113.5/203.0.113.5 to TCP port: 23"],
    "sendmail": ["sm-mta[1]: ruleset=check_relay, arg1=[203.0.113.5], arg2=203.0.113.5, relay=x.example [203.0.113.5], reject=421"],
}
CASES = [(name, line) for name, lines in LINES.items() for line in lines]


def read(line: str) -> tuple[LogLine | None, dict[Role, set[str]]]:
    mentions = find_addresses(refang(line), at_most=20)
    log = read_log_line(line, mentions)
    roles: dict[Role, set[str]] = {role: set() for role in Role}
    for mention, role in zip(mentions, log.roles if log else (), strict=bool(log)):
        roles[role].add(str(mention.ip))
    return log, roles


@pytest.mark.parametrize("name, line", CASES)
def test_the_acting_address_of_a_log_line_is_accused_and_nobody_else(name: str, line: str) -> None:
    log, roles = read(line)
    assert log is not None
    assert (log.grammar.name, roles[Role.SOURCE]) == (name, {ACTING})
    assert roles[Role.TARGET] == ({OTHER} if OTHER in line else set())


@pytest.mark.parametrize(
    "line",
    [
        "Aug  3 10:00:00 host sshd[1]: Failed password for invalid user from 192.0.2.7 from 203.0.113.5 port 4242 ssh2",
        '203.0.113.5 - - [03/Aug/2026:10:00:00 +0900] "GET /?from=192.0.2.7 HTTP/1.1" 200 1 "-" "client 192.0.2.7 - - ["',
        "postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[203.0.113.5]: 554; from=<a@b.example> helo=<unknown[192.0.2.7]>",
    ],
)
def test_what_an_intruder_writes_into_a_log_frames_nobody(line: str) -> None:
    assert "192.0.2.7" not in read(line)[1][Role.SOURCE] or ACTING in read(line)[1][Role.SOURCE]


def test_a_sentence_is_no_log_line() -> None:
    assert read("We were attacked by 203.0.113.5 yesterday.")[0] is None
