"""Words that tell what is reported: phrases of a kind with their weight, English and Japanese, the commonest others.

A phrase is compared at the start of a word and may run on ("phish" finds "phishing"); Japanese has no such border.
The reporter's words are read without links and mail addresses, whose parts say nothing ("report@phishing.example").
"""

import re
from functools import cache

from config.events import Event

_SPAM = {
    5: "spamtrap|spam trap|迷惑メール|未承諾広告|ウイルスメール|スパムメール",
    4: "spam|unsolicited|junk mail|junk e-mail|spamvertis|spamvertiz|スパム|広告メール|なりすましメール|特定電子メール|correo no deseado|courrier indésirable|pourriel|unerwünschte mail"
    "|unerwünschte e-mail|werbemail",
    3: "bulk mail|bulk e-mail|bulk email|mass mail|advance fee|unwanted mail|unwanted email|unwanted e-mail|feedback loop|virus mail|spoofed mail|spoofed sender|mail abuse|email abuse",
    2: "uce |ube |419 |newsletter|mailing list|unsubscribe|sextortion|dnsbl|配信停止|架空請求",
}
_ACCESS = {
    6: "brute force|brute-force|bruteforce|port scan|portscan|port-scan|不正アクセス|不正ログイン|ポートスキャン|ブルートフォース|総当たり攻撃|login attack|loginattack|login-attack"
    "|failed login|login attempt|fail2ban|unauthorized access|unauthorised access|sql injection|sql-injection",
    5: "denial of service|denial-of-service|ddos|ssh attack|web attack|web hack|webhack|webattack|hack attempt|hacking attempt|hack attack|network scan|network attack|intrusion|amplification attack"
    "|vulnerability scan|dictionary attack|exploit attempt|exploitation attempt|access attempt|dos攻撃|総当たり|侵入|intento de acceso|tentative d'intrusion|hackangriff",
    4: "invalid user|failed password|authentication fail|auth failure|xmlrpc|wp-login|mod_security|modsecurity|directory traversal|path traversal|log4j|shellshock|break-in|breakin|syn flood|udp flood"
    "|remote code execution|sip scan|voip attack|port 22|web scan|vulnerability probe|reflector|hacking|suspicious traffic|malicious traffic|malicious activity|pingback|amplification",
    3: "exploit|scanning|scanned|scanner|probing|probes|honeypot|angriff|attaque|ataque|ssh|flood|攻撃|スキャン|firewall|crawler|scraping|bad bot|rdp |credential stuffing",
    2: "attack|intruder|hacker|hacked|connection attempt|dropped packet|blocked connection|botnet|login|ログイン試行|脆弱性",
}
_MALWARE = {
    6: "malware distribution|distributing malware|hosting malware|malware url|malware site|malware host|malware download|マルウェア|不正プログラム|ウイルスを配布|ウイルス配布",
    5: "malware|trojan|ransomware|spyware|drive-by|exploit kit|malicious file|malicious software|malicious code|malicious url|malicious site|malicious website|malicious content|malicious payload"
    "|トロイの木馬|スパイウェア|ランサムウェア|virus site|schadsoftware|logiciel malveillant|urlhaus",
    4: "command and control|command-and-control|c&c |c2 server|botnet controller|cryptominer|coinminer|keylogger|infostealer|web skimmer|magecart|不正なコード|不正なスクリプト|悪意のあるコード",
    3: "virus|infected|payload|worm |ウイルス|感染|malicious",
}
_TAMPERING = {
    6: "deface|改ざん|改竄|tampered|tampering|hacked by",
    4: "hacked website|hacked web site|hacked site|hacked page|compromised website|compromised web site|compromised site|website was hacked|website has been hacked|site has been compromised|zone-h"
    "|website compromise|書き換えられ|web shell|webshell",
    2: "replaced page|index page|compromised|injected",
}
_PHISHING = {
    6: "phish|フィッシング|hameçonnage|偽サイト|詐欺サイト|fake login|fraudulent website|fraudulent web site|fraudulent site|fraudulent page|credential harvest|suplantación",
    5: "fake website|fake web site|fake site|fake page|fake bank|fake shop|fake online store|spoofed website|spoof site|scam website|scam site|scam page|phony|偽のサイト|偽のログイン|偽ページ|なりすましサイト"
    "|fraud website|fraud site|偽通販|偽ショップ|betrügerische",
    3: "credentials|impersonat|identity theft|steal password|スミッシング|偽装|scam|fraud|詐欺",
    1: "bank|customers of|brand",
}
_COPYRIGHT = {
    6: "copyright|dmca|著作権|無断転載|海賊版|urheberrecht|derechos de autor|droit d'auteur|droits d'auteur|claimed infringement",
    5: "piracy|pirated|copyrighted|違法アップロード|bittorrent|warez|unlicensed copies|infringing copies",
    4: "torrent|peer-to-peer|p2p|unauthorized distribution|unauthorised distribution|unauthorized copies|exclusive rights|infringed work|無断複製|無断で転載|転載|無断使用|illegal streaming|iptv",
    2: "intellectual property|infring|counterfeit software|software piracy|own work|知的財産|無断",
}
_DEFAMATION = {
    6: "defam|libel|slander|名誉毀損|名誉棄損|誹謗中傷|invasion of privacy|プライバシー侵害|プライバシーの侵害|verleumdung|diffamation|difamación",
    4: "false statement|false fact|false accusation|untrue|reputation|harassment|プライバシー|中傷|侮辱|事実無根|虚偽の|信用毀損|harass|cyberbull",
    3: "privacy|insult|privately|名誉|hate speech|threats",
}
_PERSONAL = {
    6: "doxing|doxxing|doxed|doxx|個人情報|personal information|personal data|datos personales|données personnelles|personenbezogene daten",
    4: "home address|right to be forgotten|right to erasure|leaked data|data leak|identifying data|identifying information|my address|晒され|晒し|住所",
    3: "gdpr|pii |phone number|電話番号|passport|social security|data breach",
}
_PORTRAIT = {
    6: "portrait right|right to one's image|rights of portrait|image rights|肖像権|パブリシティ権|right of publicity|droit à l'image|recht am eigenen bild",
    4: "photo of me|picture of me|photograph of me|image of me|pictures of me|photos of me|my picture|my photo|my likeness|likeness|顔写真|無断で撮影|私の写真|盗撮",
    2: "without my consent|without consent|写真|撮影",
}
_TRADEMARK = {
    7: "trademark|trade mark|商標|counterfeit|偽ブランド|模倣品|コピー商品|markenrecht|markenverletzung|marque déposée|marca registrada",
    5: "registered mark|brand infringement|brand abuse|偽物|コピー品|fake goods|passing off|counterfeit goods",
    3: "replica|brand owner|brand protection|registered brand|ブランド",
    2: "infring|logo",
}
_ILLEGAL = {
    9: "child abuse|child sexual|child porn|child exploitation|csam|csem|児童ポルノ|児童の性的|revenge porn|リベンジポルノ|kinderpornogra|pédopornogra|pornografía infantil",
    6: "illegal gambling|online gambling|online casino|賭博|オンラインカジノ|違法カジノ|illegal advertis|違法広告|illegal drug|麻薬|覚醒剤|覚せい剤|違法薬物|terroris|illegal content|違法な情報"
    "|違法情報|non-consensual|unlicensed pharmacy|illegal pharmacy|prescription drug|わいせつ|売春|illegal sale|illegal activity|違法行為|闇バイト",
    4: "gambling|casino|narcotic|drugs|pharmacy|weapon|firearm|escort|prostitut|薬物|医薬品|銃|unlicensed|advertisement|違法",
    2: "illegal|unlawful|criminal|犯罪|crime|law enforcement",
}
_NUISANCE = {
    6: "nuisance|迷惑行為|嫌がらせ",
    4: "annoy|荒らし|causing damage|causes damage|causing us damage|業務妨害|damage to our business|損害を",
    2: "delete|deletion|削除|迷惑|bother|disturb",
}
_OTHER = {
    6: "complaint about your service|complaint about your company|貴社サービスへの苦情|サービスに関する苦情",
    3: "complaint about|your service|billing|苦情|クレーム|その他",
}
_WEIGHED: dict[Event, dict[int, str]] = {
    Event.SPAM: _SPAM,
    Event.UNAUTHORIZED_ACCESS: _ACCESS,
    Event.MALWARE_SITE: _MALWARE,
    Event.WEBSITE_TAMPERING: _TAMPERING,
    Event.PHISHING_SITE: _PHISHING,
    Event.COPYRIGHT: _COPYRIGHT,
    Event.DEFAMATION_PRIVACY: _DEFAMATION,
    Event.PERSONAL_INFORMATION: _PERSONAL,
    Event.PORTRAIT_RIGHTS: _PORTRAIT,
    Event.TRADEMARK: _TRADEMARK,
    Event.ILLEGAL_ACTIVITY: _ILLEGAL,
    Event.NUISANCE: _NUISANCE,
    Event.OTHER: _OTHER,
}

# A page of a kind, not a mail of that kind.
_PAGE = re.compile(
    r"\b(?:phish\w{0,5}|fake|fraud\w{0,6}|malicious|malware|scam|infected)[\s-]{1,3}(?:web\s?)?(?:sites?|pages?|urls?|links?|domains?|hosts?|hosting)\b"
    r"|\bhost(?:s|ing|ed)?\s(?:a\s)?(?:phishing|malware|fraud)|フィッシングサイト|フィッシングページ|偽サイト|偽ページ|詐欺サイト|偽のサイト|不正サイト|マルウェア(?:配布)?サイト",
    re.IGNORECASE,
)
# What says nothing of the matter: links, mail addresses, copyright lines, confidentiality footers.
_SILENT = re.compile(
    r"h(?:tt|xx)ps?://\S{1,500}|[\w.+-]{1,64}@[\w.-]{1,255}|[^\n]{0,60}(?:©|\(c\)|copyright (?:19|20)\d\d|all rights reserved)[^\n]{0,200}|[^\n]{0,80}confidential[^\n]{0,200}",
    re.IGNORECASE,
)


def weigh(text: str) -> dict[Event, tuple[float, str]]:
    """What each event's words come to in a text, and the weightiest of them; events without any are left out.

    Each phrase counts once, the weightiest of an event in full and the others in part.   text: in lower case, without what is_silent; at most a few thousand characters.
    """
    is_ascii = text.isascii()
    weighed: dict[Event, tuple[float, str]] = {}
    for phrase, starts_word, event, weight in _phrases():
        if is_ascii and not starts_word:
            continue
        place = text.find(phrase)
        if place < 0 or (starts_word and not _at_word_start(text, phrase, place)):
            continue
        known = weighed.get(event)
        weighed[event] = (known[0] + 0.3 * weight, known[1]) if known else (float(weight), phrase.strip())
    return weighed


def spoken(text: str, at_most: int) -> str:
    """The part of a text that is words: lower case, links, addresses and footers taken out."""
    return _SILENT.sub(" ", text[:at_most]).lower()


def page_of_a_kind(text: str) -> str:
    """The words that call a page (not a mail) phishing or malicious, or ""."""
    match = _PAGE.search(text)
    return match[0] if match else ""


def _at_word_start(text: str, phrase: str, place: int) -> bool:
    for _ in range(20):
        if place == 0 or not (text[place - 1].isascii() and text[place - 1].isalnum()):
            return True
        place = text.find(phrase, place + 1)
        if place < 0:
            return False
    return False


@cache
def _phrases() -> tuple[tuple[str, bool, Event, int], ...]:
    """phrase, whether it must start a word, event, weight; the weightiest first."""
    found = [
        (phrase, phrase[0].isascii(), event, weight)
        for event, by_weight in _WEIGHED.items()
        for weight, phrases in by_weight.items()
        for phrase in phrases.split("|")
    ]
    return tuple(sorted(found, key=lambda one: -one[3]))
