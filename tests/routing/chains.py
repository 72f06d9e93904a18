"""Received chains as different receivers write them, and forgeries made from them.

Own network 203.0.113.0/24 and 2001:db8:10::/48, strangers 198.51.100.0/24, the receiving sides 192.0.2.0/24 and what
each operator writes about itself. Nothing here is copied from anybody's mail.
"""

# ruff: noqa: E501   header fields stand on one line each

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network

from config.limits import Limits
from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from parsers.message import open_message
from parsers.report import FoundAs, Report
from parsers.submission import Door
from routing.provenance import Provenance
from routing.receiver import ReportContext
from routing.walk import trace_provenance

OURS, OURS_6 = "203.0.113.9", "2001:db8:10::9"
STRANGER, STRANGER_6 = "198.51.100.7", "2001:db8:20::7"

POLICY = Policy(
    prefixes=PrefixTable([Assignment(prefix="203.0.113.0/24"), Assignment(prefix="2001:db8:10::/48")]),
    domains=("example-host.jp",),
    routable=(ip_network("203.0.113.0/24"), ip_network("198.51.100.0/24"), ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")),
    trusted_names=("mx.example-host.jp",),
)
CONTEXT = ReportContext(door=Door.FILE)

BODY = "From: Prize <prize@sender.example>\nTo: victim@victim.example\nSubject: Prize\nDate: Mon, 3 Aug 2026 01:00:00 +0000\nMessage-ID: <1@sender.example>\n\nHello\n"
TIME = "Mon, 3 Aug 2026 01:00:{:02d} +0000"


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """How one receiving side writes.

    inside: its lines above the border, newest first.   border: the line about the stranger, with {helo} and {ip}.
    above, below: the stamps over and under that line, with {ip}.   after: fields added at the end of the header, with {ip}.
    """

    name: str
    border: str
    inside: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def chain(self, *, ip: str = STRANGER, helo: str = "mail.sender.example", rest: str = "") -> str:
        """The header that it leaves; rest is what came in, topmost first."""
        values = {"ip": ip, "helo": helo, "name": f"mail{ip.rpartition('.')[2].rpartition(':')[2]}.sender.example"}
        lines = [*self.inside, *self.above, self.border, *self.below]
        return "\n".join(line.format(**values) for line in lines) + "\n" + rest + self._ended(BODY, values)

    def _ended(self, body: str, values: dict[str, str]) -> str:
        header, text = body.split("\n\n", 1)
        return "\n".join([header, *(line.format(**values) for line in self.after)]) + "\n\n" + text


RECEIVERS = (
    Receiver(
        name="gmail",
        inside=(
            "Delivered-To: victim@victim.example",
            "Received: by 2002:a05:612c:711:b0:381:73ac:3a65 with SMTP id ft17csp1vqb; Mon, 3 Aug 2026 01:00:09 +0000",
            "X-Received: by 2002:a17:907:b603:b0:870:3e83:e45b with SMTP id vl3; Mon, 3 Aug 2026 01:00:08 +0000",
            "ARC-Authentication-Results: i=1; mx.google.com; spf=pass (google.com: domain of a@sender.example designates {ip} as permitted sender) smtp.mailfrom=a@sender.example",
            "Return-Path: <a@sender.example>",
        ),
        border="Received: from {helo} ({name}. [{ip}]) by mx.google.com with ESMTPS id xa3si1ejb.9 for <victim@victim.example> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); Mon, 3 Aug 2026 01:00:07 +0000",
        below=(
            "Received-SPF: pass (google.com: domain of a@sender.example designates {ip} as permitted sender) client-ip={ip};",
            "Authentication-Results: mx.google.com; spf=pass (google.com: domain of a@sender.example designates {ip} as permitted sender) smtp.mailfrom=a@sender.example",
        ),
    ),
    Receiver(
        name="microsoft",
        inside=(
            "Received: from DM4PR01MB0001.prod.exchangelabs.com (2603:10b6:8:65::8) by MN0PR01MB0002.namprd01.prod.outlook.com with HTTPS; Mon, 3 Aug 2026 01:00:09 +0000",
            "Received: from BN9PR01CA0003.namprd01.prod.outlook.com (2603:10b6:408:106::26) by DM4PR01MB0001.namprd01.prod.outlook.com (2603:10b6:8:65::8) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.1.1; Mon, 3 Aug 2026 01:00:08 +0000",
            "Received: from BN8NAM01FT004.eop-nam01.prod.protection.outlook.com (2603:10b6:408:106:cafe::45) by BN9PR01CA0003.outlook.office365.com (2603:10b6:408:106::26) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.1.1 via Frontend Transport; Mon, 3 Aug 2026 01:00:08 +0000",
        ),
        above=(
            "Authentication-Results: spf=pass (sender IP is {ip}) smtp.mailfrom=sender.example; dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=sender.example;compauth=none reason=405",
            "Received-SPF: Pass (protection.outlook.com: domain of sender.example designates {ip} as permitted sender) receiver=protection.outlook.com; client-ip={ip}; helo={helo}; pr=C",
        ),
        border="Received: from {helo} ({ip}) by BN8NAM01FT004.mail.protection.outlook.com (10.13.182.160) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.1.3 via Frontend Transport; Mon, 3 Aug 2026 01:00:07 +0000",
        below=("X-IncomingTopHeaderMarker: OriginalChecksum:00;UpperCasedChecksum:00;SizeAsReceived:900;Count:9",),
        after=("X-IncomingHeaderCount: 9", "X-MS-Exchange-EOPDirect: true", "X-Sender-IP: {ip}"),
    ),
    Receiver(
        name="proton",
        inside=(
            "Return-Path: <a@sender.example>",
            "Delivered-To: victim@victim.example",
            "Authentication-Results: mailin001.protonmail.ch; spf=pass smtp.mailfrom=sender.example",
            "Authentication-Results: mailin001.protonmail.ch; arc=none smtp.remote-ip={ip}",
        ),
        border="Received: from {helo} ({name} [{ip}]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested) by mailin001.protonmail.ch (Postfix) with ESMTPS id 4QXcq41trPz9 for <victim@victim.example>; Mon, 3 Aug 2026 01:00:07 +0000 (UTC)",
    ),
    Receiver(
        name="yahoo",
        inside=(
            "X-Apparently-To: victim@victim.example; Mon, 3 Aug 2026 01:00:09 +0000",
            "Received: from 10.217.136.93 by atlas101.free.mail.ne1.yahoo.com pod-id NONE with HTTPS; Mon, 3 Aug 2026 01:00:09 +0000",
            "Received-SPF: pass (domain of sender.example designates {ip} as permitted sender)",
        ),
        border="Received: from {ip} (EHLO {helo}) by 10.217.136.93 with SMTPs (version=TLS1_2 cipher=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256); Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="postfix",
        inside=(
            "Return-Path: <a@sender.example>",
            "Received: from localhost (localhost [127.0.0.1]) by store.victim.example (Postfix) with LMTP id 1; Mon, 3 Aug 2026 01:00:09 +0000",
            "Received: from mx.victim.example (mx.victim.example [10.1.2.3]) by store.victim.example (Postfix) with ESMTP id 2; Mon, 3 Aug 2026 01:00:08 +0000",
        ),
        above=("Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip={ip}; helo={helo}; envelope-from=a@sender.example; receiver=<UNKNOWN>",),
        border="Received: from {helo} ({name} [{ip}]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.victim.example (Postfix) with ESMTPS id 3 for <victim@victim.example>; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="exim",
        inside=("Received: from mail.victim.example by mail.victim.example with LMTP id 5; Mon, 3 Aug 2026 01:00:09 +0000",),
        border="Received: from {name} ([{ip}] helo={helo}) by mail.victim.example with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.97) (envelope-from <a@sender.example>) id 1q50um-00B93v-2s for victim@victim.example; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="sendmail",
        border="Received: from {helo} ({name} [{ip}]) by mail.victim.example (8.17.1/8.17.1) with ESMTPS id 6731 (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NO) for <victim@victim.example>; Mon, 3 Aug 2026 01:00:07 GMT",
        above=("Authentication-Results: mail.victim.example; spf=pass smtp.mailfrom=sender.example; iprev=pass policy.iprev={ip}",),
    ),
    Receiver(
        name="qmail",
        inside=(
            "Delivered-To: victim@victim.example",
            "Received: (qmail 18524 invoked from network); Mon, 3 Aug 2026 01:00:08 +0000",
        ),
        border="Received: from unknown (HELO {helo}) ({ip}) by mail.victim.example with SMTP; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="exchange",
        inside=("Received: from EX01.victim.local (10.0.0.5) by EX02.victim.local (10.0.0.6) with Microsoft SMTP Server (version=TLS1_2) id 15.1.2507.23; Mon, 3 Aug 2026 01:00:08 +0000",),
        border="Received: from {helo} ({ip}) by EX01.victim.local (10.0.0.5) with Microsoft SMTP Server (version=TLS1_2) id 15.1.2507.23 via Frontend Transport; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="exchange-with-a-name-for-outside",
        inside=("Received: from EX01.victim.local (fe80::1:2:3:4%12) by EX02.victim.local (10.0.0.6) with Microsoft SMTP Server (version=TLS1_2) id 15.2.1544.4 via Mailbox Transport; Mon, 3 Aug 2026 01:00:08 +0000",),
        border="Received: from {helo} ({ip}) by mail.victim.example (10.0.0.5) with Microsoft SMTP Server (version=TLS1_2) id 15.2.1544.4 via Frontend Transport; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="icloud-with-names-without-a-domain",
        inside=("Received: from p00-icloudmta-smtpin-us-west-2a-60-percent-1 by p101-mailgateway-smtp-0a1b2c3d-abcde (mailgateway 2601B1) with SMTP id 1c3f2b1e; Mon, 3 Aug 2026 01:00:08 GMT",),
        border="Received: from {helo} ({name} [{ip}]) by p00-icloudmta-smtpin-us-west-2a-60-percent-1 (Postfix) with ESMTPS id 9A2F for <victim@victim.example>; Mon, 3 Aug 2026 01:00:07 +0000 (UTC)",
        below=(
            "X-ICL-SCORE: 3.333033230041",
            "X-ICL-INFO: GAtbVUseBVFHSVVESAMGUkFKRFcUWUIP",
            "Authentication-Results: bimi.icloud.com; bimi=skipped",
            "Authentication-Results: spf.icloud.com; spf=pass (spf.icloud.com: domain of a@sender.example designates {ip} as permitted sender) smtp.mailfrom=a@sender.example",
            "Received-SPF: pass (spf.icloud.com: domain of a@sender.example designates {ip} as permitted sender) receiver=spf.icloud.com; client-ip={ip}; helo=mail.sender.example",
        ),
    ),
    Receiver(
        name="groupwise",
        inside=("Received: from VICTIM-MTA by gw.victim.example with Novell_GroupWise; Mon, 3 Aug 2026 01:00:08 +0000",),
        border="Received: from {helo} ({name} [{ip}]) by gw.victim.example with ESMTP; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="exim-with-a-content-scanner",
        inside=(
            "Received: from mail by mail.victim.example with spam-scanned\n\t(Exim 4.97.1) id 1s1-03; Mon, 3 Aug 2026 01:00:09 +0000",
            "Received: from localhost ([127.0.0.1] helo=mail.victim.example) by mail.victim.example with esmtp (Exim 4.97.1) id 1s1-02; Mon, 3 Aug 2026 01:00:08 +0000",
        ),
        border="Received: from {name} ([{ip}]:41526 helo={helo}) by mail.victim.example with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.97.1) id 1s1-01; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="amazon-ses",
        border="Received: from {helo} ({name} [{ip}]) by inbound-smtp.eu-west-1.amazonaws.com with SMTP id 8i6cr4 for victim@victim.example; Mon, 3 Aug 2026 01:00:07 +0000 (UTC)",
        below=(
            "X-SES-Spam-Verdict: PASS",
            "X-SES-Virus-Verdict: PASS",
            "Received-SPF: pass (spfCheck: domain of sender.example designates {ip} as permitted sender) client-ip={ip}; envelope-from=a@sender.example; helo=mail.sender.example;",
            "Authentication-Results: amazonses.com; spf=pass (spfCheck: domain of sender.example designates {ip} as permitted sender) client-ip={ip}; envelope-from=a@sender.example; helo=mail.sender.example;",
        ),
    ),
    Receiver(
        name="microsoft-for-government",
        inside=(
            "Received: from BN8P111CA0001.NAMP111.PROD.OUTLOOK.COM (2001:489a:200:589::15) by BN8P111MB0001.NAMP111.PROD.OUTLOOK.COM (2001:489a:200:58a::9) with Microsoft SMTP Server (version=TLS1_2) id 15.20.5676.17; Mon, 3 Aug 2026 01:00:09 +0000",
            "Received: from CY1USG02FT001.eop-usg02.itar.protection.office365.us (2001:489a:200:400::1) by BN8P111CA0001.outlook.office365.us (2001:489a:200:589::15) with Microsoft SMTP Server (version=TLS1_2) id 15.20.5676.17 via Frontend Transport; Mon, 3 Aug 2026 01:00:08 +0000",
        ),
        above=("Authentication-Results: spf=pass (sender IP is {ip}) smtp.mailfrom=sender.example; dkim=none (message not signed) header.d=none;",),
        border="Received: from {helo} ({ip}) by CY1USG02FT001.mail.protection.office365.us (10.97.26.110) with Microsoft SMTP Server id 15.20.5676.17 via Frontend Transport; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="mercury",
        inside=("Received: from spooler by mail.victim.example (Mercury/32 v4.80.149); 3 Aug 2026 01:00:08 +0000",),
        border="Received: from {helo} ({ip}) by mail.victim.example (Mercury/32 v4.80.149) with ESMTP ID MG000123; 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="mailbox-host-of-another-domain",
        inside=("Received: from mx21.victim.example (unknown [172.20.243.54]) by spool12.provider.example (Postfix) with ESMTP id 1; Mon, 3 Aug 2026 01:00:08 +0000",),
        border="Received: from {helo} ({name} [{ip}]) by mx21.victim.example (Postfix) with ESMTPS id 2; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="email-security-cloud",
        inside=("Received: from [100.112.1.2] (using TLSv1.2 with cipher DHE-RSA-AES256-GCM-SHA384 (256 bits)) by server-4.bemta.az-a.eu-central-1.aws.symcld.net id AA/BB-12345-CCCC; Mon, 3 Aug 2026 01:00:08 +0000",),
        border="Received: from {name} (HELO {helo}) ({ip}) by server-7.tower-1.messagelabs.com with SMTP; Mon, 3 Aug 2026 01:00:07 +0000",
    ),
    Receiver(
        name="ocn",
        inside=(
            "Received: from mf-smf-unw001c1.ocn.ad.jp (mf-smf-unw001c1.ocn.ad.jp [192.0.2.70]) by mbx001.ocn.ad.jp (Postfix) with ESMTP id 6C8; Mon, 3 Aug 2026 10:00:09 +0900 (JST)",
            "Received: from ocn-vc-mts-101c1.ocn.ad.jp ([192.0.2.71]) by mf-smf-unw001c1.ocn.ad.jp with ESMTP id Tp; Mon, 3 Aug 2026 10:00:08 +0900",
        ),
        border="Received: from {helo} ({name} [{ip}]) by mx001.ocn.ad.jp (Postfix) with ESMTP id 7D for <victim@victim.example>; Mon, 3 Aug 2026 10:00:07 +0900 (JST)",
    ),
    Receiver(
        name="biglobe",
        inside=("Received: from rcpt-impgw.biglobe.ne.jp by biglobe.ne.jp (RCPT_GW); Mon, 3 Aug 2026 10:00:08 +0900 (JST)",),
        border="Received: from {helo} ([{ip}]) by rcpt-impgw.biglobe.ne.jp (shby/1714221009) with SMTP id 0AU; Mon, 3 Aug 2026 10:00:07 +0900",
    ),
    Receiver(
        name="secure-mx",
        inside=("Received: by mi.securemx.jp (mx-mi1001) id 1677; Mon, 3 Aug 2026 10:00:08 +0900",),
        border="Received: from {helo} ({name} [{ip}]) by relay.securemx.jp (mx-mr1001) id 1678 (version=TLSv1.3 cipher=AES256-GCM-SHA384 bits=256 verify=NOT); Mon, 3 Aug 2026 10:00:07 +0900",
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Forgery:
    """What a sender at the stranger's address does to have our address accused."""

    name: str
    forge: Callable[[Receiver], str]


def _below(*lines: str) -> Callable[[Receiver], str]:
    """Lines that the sender put on top of his mail before he sent it."""
    return lambda receiver: receiver.chain(rest="".join(line + "\n" for line in lines))


def _helo(text: str) -> Callable[[Receiver], str]:
    """A HELO argument of the sender's choice, on servers that write anything down."""
    return lambda receiver: receiver.chain(helo=text)


def _own_host(receiver: Receiver) -> str:
    return receiver.border.partition(" by ")[2].partition(" ")[0]


def _in_receivers_name(receiver: Receiver) -> str:
    host = _own_host(receiver)
    return receiver.chain(
        rest=f"Received: from relay.example-host.jp (relay.example-host.jp [{OURS}]) by {host} (Postfix) with ESMTPS id 9; Mon, 3 Aug 2026 00:59:00 +0000\n"
    )


def _helo_and_ours(text: str) -> Callable[[Receiver], str]:
    """A HELO argument that should make the border look like an inner line, and a next line that names us."""

    def forge(receiver: Receiver) -> str:
        ours = f"Received: from a (a [{OURS}]) by {_own_host(receiver)} (Postfix) with ESMTP id 6; Mon, 3 Aug 2026 00:59:00 +0000\n"
        return receiver.chain(helo=text, rest=ours)

    return forge


def _whole_block(receiver: Receiver) -> str:
    """The receiver's own complete header about us, genuine once, sent again by the stranger."""
    return receiver.chain(rest=receiver.chain(ip=OURS).partition("From: ")[0])


def _stamps_of_receiver(receiver: Receiver) -> str:
    host = _own_host(receiver)
    return receiver.chain(
        rest=(
            f"Received-SPF: pass ({host}: domain of b@example-host.jp designates {OURS} as permitted sender) receiver={host}; client-ip={OURS};\n"
            f"Authentication-Results: {host}; spf=pass smtp.remote-ip={OURS} smtp.mailfrom=b@example-host.jp\n"
            f"ARC-Authentication-Results: i=1; {host}; spf=pass smtp.remote-ip={OURS}\n"
        )
    )


def _local_hop_then_ours(receiver: Receiver) -> str:
    host = _own_host(receiver)
    return receiver.chain(
        rest=(
            f"Received: from localhost (localhost [127.0.0.1]) by {host} (Postfix) with ESMTP id 8; Mon, 3 Aug 2026 00:59:30 +0000\n"
            f"Received: from mx.example-host.jp (mx.example-host.jp [{OURS}]) by {host} (Postfix) with ESMTP id 7; Mon, 3 Aug 2026 00:59:00 +0000\n"
        )
    )


def _envelope_sender_with_a_verdict(receiver: Receiver) -> str:
    text = f'"x designates {OURS} as permitted sender client-ip={OURS} "@sender.example'
    return receiver.chain().replace("a@sender.example", text)


FORGERIES = (
    Forgery(name="bottom-postfix", forge=_below(f"Received: from relay.example-host.jp (relay.example-host.jp [{OURS}]) by mail.sender.example (Postfix) with ESMTP id A; Mon, 3 Aug 2026 00:59:00 +0000")),
    Forgery(name="bottom-exim", forge=_below(f"Received: from [{OURS}] (helo=desktop) by mail.sender.example with esmtpsa (Exim 4.97) id 1a-2b-3c; Mon, 3 Aug 2026 00:59:00 +0000")),
    Forgery(name="bottom-sendmail-login", forge=_below(f"Received: from pc ([{OURS}]) (authenticated bits=0) by mail.sender.example (8.17.1/8.17.1) with ESMTPSA id 9; Mon, 3 Aug 2026 00:59:00 GMT")),
    Forgery(name="bottom-webmail", forge=_below(f"Received: from [{OURS}] by web1.mail.sender.example via HTTP; Mon, 3 Aug 2026 00:59:00 +0000")),
    Forgery(name="bottom-ipv6", forge=_below(f"Received: from a (a [IPv6:{OURS_6}]) by mail.sender.example (Postfix) with ESMTP id A; Mon, 3 Aug 2026 00:59:00 +0000")),
    Forgery(name="bottom-mapped", forge=_below(f"Received: from a (a [IPv6:::ffff:{OURS}]) by mail.sender.example (Postfix) with ESMTP id A; Mon, 3 Aug 2026 00:59:00 +0000")),
    Forgery(name="many-bottom-lines", forge=_below(*(f"Received: from h{n} (h{n} [203.0.113.{n}]) by h{n + 1}.sender.example (Postfix) with ESMTP id {n}; Mon, 3 Aug 2026 00:58:{n:02d} +0000" for n in range(9, 40)))),
    Forgery(name="trust-string-in-id", forge=_below(f"Received: from a ([{OURS}]) by b.sender.example with ESMTP id mx.victim.example.mx.google.com.mail.protection.outlook.com; Mon, 3 Aug 2026 00:59:00 +0000")),
    Forgery(name="trusted-host-as-writer", forge=_below(f"Received: from a ([{OURS}]) by mx.example-host.jp with ESMTP id 1; Mon, 3 Aug 2026 00:59:00 +0000")),
    Forgery(name="outlooks-note-of-the-peer", forge=_below(f"X-Sender-IP: {OURS}")),
    Forgery(name="receiver-as-writer", forge=_in_receivers_name),
    Forgery(name="local-hop-of-the-receiver", forge=_local_hop_then_ours),
    Forgery(name="whole-block-replayed", forge=_whole_block),
    Forgery(name="stamps-of-the-receiver", forge=_stamps_of_receiver),
    Forgery(name="helo-literal", forge=_helo(f"[{OURS}]")),
    Forgery(name="helo-ipv6-literal", forge=_helo(f"[IPv6:{OURS_6}]")),
    Forgery(name="helo-bare-address", forge=_helo(OURS)),
    Forgery(name="helo-name-with-address", forge=_helo(f"v{OURS}.example-host.jp")),
    Forgery(name="helo-own-name", forge=_helo("mx.example-host.jp")),
    Forgery(name="helo-with-a-second-by", forge=_helo(f"x ([{OURS}]) by mx.victim.example with ESMTP id 1")),
    Forgery(name="helo-that-opens-a-comment", forge=_helo(f"x (y [{OURS}]")),
    Forgery(name="helo-that-closes-a-comment", forge=_helo(f"x) [{OURS}] (")),
    Forgery(name="helo-with-a-local-protocol", forge=_helo_and_ours("x with LMTP")),
    Forgery(name="helo-with-a-fetch-protocol", forge=_helo_and_ours("x with POP3 id 1")),
    Forgery(name="helo-of-the-receiver-with-a-local-protocol", forge=lambda receiver: _helo_and_ours(f"{_own_host(receiver)} with LMTP")(receiver)),
    Forgery(name="helo-local", forge=_helo_and_ours("[local])")),
    Forgery(name="helo-loopback", forge=_helo_and_ours("[127.0.0.1]")),
    Forgery(name="helo-of-the-receiver", forge=lambda receiver: _helo_and_ours(_own_host(receiver))(receiver)),
    Forgery(name="address-in-reverse-name", forge=lambda receiver: receiver.chain().replace("mail7.sender.example", f"{OURS}.dynamic.sender.example")),
    Forgery(name="address-in-reverse-name-dashed", forge=lambda receiver: receiver.chain().replace("mail7.sender.example", "203-0-113-9.dynamic.sender.example")),
    Forgery(name="gmail-block", forge=lambda _: _.chain(rest=RECEIVERS[0].chain(ip=OURS).partition("From: ")[0])),
    Forgery(name="microsoft-block", forge=lambda _: _.chain(rest=RECEIVERS[1].chain(ip=OURS).partition("From: ")[0] + f"X-Sender-IP: {OURS}\n")),
    Forgery(name="yahoo-block", forge=lambda _: _.chain(rest=RECEIVERS[3].chain(ip=OURS).partition("From: ")[0])),
    Forgery(name="gmail-submission", forge=_below("Received: by mail-lf1-f41.google.com with SMTP id 2adb3069b0e04; Mon, 3 Aug 2026 00:59:30 +0000", f"Received: from [{OURS}] ([{OURS}]) by smtp.gmail.com with ESMTPSA id 3; Mon, 3 Aug 2026 00:59:00 +0000")),
    Forgery(name="tenant-note", forge=_below(f"X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp: TenantId=1;Ip=[{OURS}];Helo=[x]")),
    Forgery(name="x-originating-ip", forge=_below(f"X-Originating-IP: [{OURS}]", f"X-Sender: {OURS}", f"X-Mailer: sent from {OURS}")),
    Forgery(name="text-of-a-customer", forge=lambda receiver: receiver.chain() + f"\nReceived: from a ([{OURS}]) by mx.example-host.jp; Mon, 3 Aug 2026 00:59:00 +0000\nyour server {OURS} is offline\n"),
    Forgery(name="envelope-sender-with-a-verdict", forge=_envelope_sender_with_a_verdict),
    Forgery(name="date-as-address", forge=_below(f"Received: from unknown (HELO relay) (Mon, 03 Aug 2026 00:59:00 +0000) by {OURS} with NNFMP; Mon, 3 Aug 2026 00:59:00 +0000", f"Received: from [{OURS}] by a.sender.example with QMQP; Mon, 3 Aug 2026 00:58:00 +0000")),
)  # fmt: skip


def report_of(mail: str) -> Report:
    """A mail reported as a file."""
    return open_message(mail.encode("utf-8"), Limits(), found_as=FoundAs.BARE)


def trace(mail: str) -> Provenance:
    """Whose mail it was."""
    return trace_provenance(report_of(mail), POLICY, context=CONTEXT)
