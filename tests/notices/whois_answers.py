"""Texts in the layout of the five registries' whois and of four national ones, all about documentation addresses and made-up parties."""

IANA = """\
% IANA WHOIS server

refer:        127.0.0.1

inetnum:      198.0.0.0 - 198.255.255.255
organisation: Some Registry
status:       LEGACY
"""

ARIN = """\

#
# ARIN WHOIS data and services are subject to the Terms of Use
#


NetRange:       198.51.0.0 - 198.51.255.255
CIDR:           198.51.0.0/16
NetName:        OUTER-1
OrgName:        Outer Carrier LLC

NetRange:       198.51.100.0 - 198.51.100.255
CIDR:           198.51.100.0/24
NetName:        OTHER-HOST
NetHandle:      NET-198-51-100-0-1
Parent:         OUTER-1 (NET-198-51-0-0-1)
Organization:   Other Host Inc. (OTHER)
RegDate:        2010-01-01


OrgName:        Other Host Inc.
OrgId:          OTHER
Address:        1 Example Street

OrgTechHandle: TECH1-ARIN
OrgTechEmail:  noc@other-host.example

OrgAbuseHandle: ABUSE1-ARIN
OrgAbuseName:   Abuse
OrgAbuseEmail:  abuse@other-host.example
"""

RIPE = """\
% This is the RIPE Database query service.
% The objects are in RPSL format.

% Information related to '198.51.100.0 - 198.51.100.127'

% Abuse contact for '198.51.100.0 - 198.51.100.127' is 'abuse@ripe-host.example'

inetnum:        198.51.100.0 - 198.51.100.127
netname:        RIPE-HOST
country:        NL
org:            ORG-RH1-RIPE
admin-c:        AA1-RIPE
status:         ASSIGNED PA
mnt-by:         RIPE-HOST-MNT
source:         RIPE # Filtered

organisation:   ORG-RH1-RIPE
org-name:       Ripe Host B.V.
org-type:       LIR
source:         RIPE # Filtered

% Information related to '198.51.0.0/16AS64500'

route:          198.51.0.0/16
origin:         AS64500
source:         RIPE
"""

APNIC = """\
% [whois.apnic.net]
% Whois data copyright terms    http://www.apnic.net/db/dbcopyright.html

% Information related to '2001:db8:20::/48'

% No abuse contact registered for 2001:db8:20::/48

inet6num:       2001:db8:20::/48
netname:        AP-HOST
descr:          AP Host Pty Ltd
country:        AU
mnt-irt:        IRT-EXAMPLE-AP
source:         APNIC

irt:            IRT-EXAMPLE-AP
e-mail:         noc@ap-host.example
abuse-mailbox:  irt@ap-host.example
source:         APNIC
"""

LACNIC = """\

% Joint Whois - whois.lacnic.net
%  This server accepts single ASN, IPv4 or IPv6 queries

inetnum:     198.51.100/24
status:      allocated
aut-num:     N/A
owner:       Lac Host Ltda
ownerid:     XX-LAHO-LACNIC
responsible: A. Person
tech-c:      TTT
abuse-c:     AAA
created:     20100101

nic-hdl:     TTT
person:      Technical
e-mail:      noc@lac-host.example

nic-hdl:     AAA
person:      Abuso
e-mail:      abuse@lac-host.example
"""

AFRINIC = """\
% This is the AfriNIC Whois server.

% Abuse contact for '198.51.0.0 - 198.51.255.255' is 'abuse@afri-host.example'

inetnum:        198.51.0.0 - 198.51.255.255
netname:        AFRI-HOST
descr:          Afri Host (Pty) Ltd
country:        ZA
source:         AFRINIC # Filtered
parent:         198.0.0.0 - 198.255.255.255
"""

JPNIC_BLOCK = """\
% Information related to '198.51.0.0 - 198.51.255.255'

% Abuse contact for '198.51.0.0 - 198.51.255.255' is 'hostmaster@registry.example'

inetnum:        198.51.0.0 - 198.51.255.255
netname:        JPNIC-NET-JP
descr:          Japan Network Information Center
country:        JP
mnt-by:         MAINT-JPNIC
source:         APNIC
"""

JPNIC = """\
[ JPNIC database provides information regarding IP address and ASN. Its use  ]
[ is restricted to network administration purposes.                          ]

Network Information:
a. [Network Number]             198.51.100.0/24
b. [Network Name]               NIHON-HOST
g. [Organization]               Nihon Host K.K.
m. [Administrative Contact]     AB12345JP
n. [Technical Contact]          AB12345JP
n. [Abuse]                      abuse@nihon-host.example
p. [Nameserver]                 ns.nihon-host.example
[Assigned Date]                 2012/05/01

Less Specific Info.
----------
Carrier K.K.
                     [Allocation]                               198.51.0.0/16
"""

KRNIC = """\
query : 198.51.100.7


# KOREAN(UTF8)

조회하신 IPv4주소는 한국인터넷진흥원으로부터 아래의 관리대행자에게 할당되었습니다.

[ 네트워크 할당 정보 ]
IPv4주소           : 198.51.0.0 - 198.51.255.255 (/16)
기관명             : 한국 호스트

# ENGLISH

[ Network Information ]
IPv4 Address       : 198.51.100.0 - 198.51.100.255 (/24)
Organization Name  : Hanguk Host
Service Name       : HANGUK
Address            : Seoul

Name               : IP Manager
E-Mail             : ip@hanguk-host.example

[ Network Abuse Contact Information ]

Name               : Abuse
Phone              : +82-2-000-0000
E-Mail             : abuse@hanguk-host.example
"""

TWNIC = """\
   Netname: TAIWAN-HOST
   Netblock: 198.51.100.0/24

   Organization: Taiwan Host Ltd.

   Abuse Contact: abuse@taiwan-host.example
   Technical Contact: noc@taiwan-host.example
"""

REGISTRO_BR = """\

% Copyright (c) Nic.br

inetnum:     198.51.100.0/24
aut-num:     AS64500
abuse-c:     ABC12
owner:       Brasil Host S.A.
ownerid:     00.000.000/0001-00
country:     BR

nic-hdl-br:  TEC12
person:      Tecnico
e-mail:      noc@brasil-host.example

nic-hdl-br:  ABC12
person:      Abuso
e-mail:      abuse@brasil-host.example
"""
