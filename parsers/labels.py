"""Labelled lines of a report, English and Japanese: "Comments to forward: …", "転送可能なコメント：…", "【種別】…".

A value goes on over the following lines up to a blank line or the next label; what stands after a blank line is never
taken in, so that a claimant's signature cannot become part of a comment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from parsers.logs import plain_key

_MAX_VALUE = 8_000
# [bullet] label blanks (":" | "：" | "=") value; a label has no colon, at most 48 characters and no full stop
_LABELLED = re.compile(r"[\s>*•・■□◆◇●○▼▪|#\"'<\-–(\d.)]{0,12}((?:[A-Za-z]|[^\x00-\x7f])[^:：=\n|\t]{0,56}?)[\s.*\"'_>]{0,40}[:：=|\t][ \t　*]{0,20}(.*)")
# 【label】value
_BRACKETED = re.compile(r"\s{0,8}[■・●◆]?\s?[【［\[〔<＜]([^】］\]〕>＞\n]{1,40})[】］\]〕>＞]\s{0,4}[:：]?\s{0,4}(.*)")
_ASIDE = re.compile(r"[(（［\[][^()（）［］\[\]]{0,40}[)）］\]]")

# canonical name: the ways in which the label is written; compared by plain_key()
LABELS: dict[str, str] = {
    "category": "category|kind|type|abuse type|type of abuse|incident type|report type|type of report|event|event type|classification|category of abuse|abuse category"
    "|complaint type|issue type|violation|種別|種類|分類|区分|通報種別|通報の種別|カテゴリ|カテゴリー|通報内容の種別|事象|事象の種別",
    "urls": "url|urls|url s|link|links|site|website|web site|page|web page|site url|page url|target url|reported url|offending url|infringing url|infringing urls|phishing url"
    "|phishing urls|malware url|malicious url|attack url|abuse url|abusive url|full url|対象url|該当url|サイトurl|ページurl|掲載url|侵害url|問題のurl|ＵＲＬ|対象ページ|サイト"
    "|対象サイト|フィッシングurl|フィッシングサイト|サイトのurl|ページのurl",
    "location": "location|location of the content|location of content|location of the material|location of infringing material|where|infringing material|infringing content"
    "|場所|掲載場所|掲載箇所|該当箇所|箇所|掲載先|侵害箇所|所在",
    "original": "original|original url|original urls|original work|original work url|original content|original source|legitimate site|legitimate url|legitimate website|official site"
    "|official website|genuine site|our site|our website|authorized example|正規サイト|正規のサイト|正規url|公式サイト|オリジナル|原著作物|原著作物のurl|元のurl",
    "comments-to-forward": "comments to forward|comment to forward|comments we can forward|comments which we can forward|comments that can be forwarded|comments you can forward"
    "|comments you may forward|forwardable comments|forwardable comment|comments for the contractor|comment for the contractor|comments to the contractor|message to forward"
    "|転送可能なコメント|転送可能コメント|転送できるコメント|転送用コメント|転送してよいコメント|転送して良いコメント|契約者へのコメント|契約者への転送可能なコメント|契約者に転送可能なコメント|転送可能な内容",
    "claimant": "claimant|the claimant|name of claimant|name of the claimant|claimant name|complainant|name of complainant|complaining party|your name|full name|name|contact name"
    "|rights holder|rights owner|right holder|rightsholder|copyright owner|copyright holder|trademark owner|trademark holder|owner of the work|on behalf of|client|our client|my name"
    "|申立人|申立者|申し立て人|申告者|申出者|請求者|請求人|権利者|著作権者|商標権者|権利者名|氏名|お名前|名前|会社名|団体名|申立人氏名|ご氏名|通報者|届出者",
    "affected-person": "affected person|person affected|the affected person|person concerned|the person concerned|data subject|victim|injured party|affected party|person in the picture"
    "|被害者|被害者氏名|対象者|対象となる人|本人|該当者|当事者|被写体|権利を侵害された方|侵害を受けた者|被侵害者",
    "proof-of-rights": "proof of rights|proof of right|proof of the right|proof of ownership|evidence of rights|evidence of ownership|registration|registration number|registration no"
    "|registration nr|reg no|registration numbers|trademark registration|trademark registration number|trademark number|trademark no|copyright registration|copyright registration number"
    "|権利の証明|権利証明|権利を証明する情報|権利を証明するもの|権利の根拠|登録番号|商標登録番号|商標登録|著作権登録番号|証明",
    "problem-details": "problem details|details of the problem|details|detail|description|problem|problem description|issue|summary|abuse details|malware|malware family|threat|malware type"
    "|virus|source code|問題の詳細|問題点|詳細|内容|概要|通報内容|具体的な内容|不審な点|問題の内容|マルウェア|ウイルス名|ソースコード",
    "tampering-details": "tampering details|details of the tampering|what was changed|tampered content|changed content|defacement|defacement details|defaced by|notifier"
    "|改ざんの詳細|改ざん内容|改竄内容|改竄の詳細|変更内容|書き換え内容|改ざんの内容",
    "phishing-details": "phishing details|details of the phishing|poses as|posing as|impersonates|impersonating|impersonated brand|impersonated company|brand|brand name|targeted brand"
    "|target brand|targeted company|spoofed brand|phishing target|フィッシングの詳細|フィッシング内容|フィッシングの内容|なりすまし先|詐称先|詐称ブランド|ブランド|かたられた企業|偽装対象",
    "supporting-information": "supporting information|supporting evidence|supporting documents|supporting material|additional information|further information|evidence|proof|background"
    "|補足情報|裏付け情報|裏付けとなる情報|裏付け|参考情報|参考資料|根拠資料|証拠|証拠資料|判断の根拠となる情報|関連情報",
    "reasons": "reason|reasons|the reason|reason for complaint|reasons for the complaint|reason of complaint|legal basis|legal grounds|law|laws violated|law violated|grounds"
    "|理由|申立理由|申し立て理由|申立の理由|違法の理由|違法と考える理由|法的根拠|関係法令|該当法令|根拠法令|根拠|侵害理由|損害の理由|迷惑の理由|該当する法律",
    "explanation": "explanation|what happened|facts|account of the facts|description of the matter|経緯|説明|事実関係|事情|経緯の説明|状況|状況説明|申立の内容|苦情の内容",
    "our-involvement": "our involvement|your involvement|involvement|involvement of your service|your service|how your service is involved|how our service is involved|service concerned"
    "|当社の関与|弊社の関与|貴社の関与|関与|当社サービスとの関係|弊社サービスとの関係|貴社サービスとの関係|当社との関係|弊社との関係|貴社との関係|サービスの関わり|対象サービス|対象のサービス",
    "wanted-result": "wanted result|desired result|desired outcome|requested action|action requested|requested result|what you want|what we want|request|your request|remedy"
    "|希望する結果|希望する対応|ご希望の対応|希望|ご希望|要望|ご要望|求める結果|求める対応|希望内容|依頼内容|要求|対応希望",
    "date-time": "date|time|date time|date and time|date of incident|time of incident|incident date|incident time|timestamp|time stamp|event time|event date|attack time|time of attack|last seen"
    "|lastseen|first seen|detected|detected at|detection time|occurred at|start time|start|last attack|infringement timestamp|initial infringement timestamp|recent infringement timestamp"
    "|日時|発生日時|検知日時|検出日時|攻撃日時|時刻|日付|発生時刻|アクセス日時|確認日時",
    "zone": "timezone|time zone|tz|zone|タイムゾーン|時間帯|標準時",
    "log-lines": "log|logs|log lines|log excerpt|log entries|logfile|log file|log sample|evidence log|sample log|ログ|アクセスログ|ログ抜粋|該当ログ|ログの抜粋",
    "title": "title|work|works|infringed work|copyrighted work|name of work|work title|title of work|name of the work|infringed title|product|product name|asset|asset name|content name"
    "|filename|file name|infringing filename|infringing file name|作品|作品名|著作物|著作物名|著作物の名称|タイトル|商品名|商標|題名",
    "trademark": "trademark|mark|registered mark|registered trademark|trademarks|trade mark|登録商標",
    "port": "port|source port|src port|port number|infringers port|infringer port|ポート|ポート番号|送信元ポート",
    "domain": "domain|domain name|domains|host|hostname|host name|fqdn|site domain|phishing domain|malicious domain|infringing domain|ドメイン|ドメイン名|ホスト名",
    "reference": "reference|ref|our reference|reference number|case id|case|case number|ticket|ticket id|ticket number|notice id|incident id|受付番号|管理番号|整理番号",
}
# Values that may go on over several lines.
_LONG = frozenset(LABELS) - {"category", "port", "domain", "reference", "zone", "title", "trademark", "claimant", "date-time", "proof-of-rights"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled value.   name: canonical, "" when the label is not a known one.   label: as written.   line: of the label, from 0."""

    name: str
    label: str
    value: str
    line: int


def labelled_lines(text: str) -> tuple[Labelled, ...]:
    """Every known label of a text with its value, in order.   An empty value is kept: the reporter left it empty."""
    return tuple(_known(text.split("\n")))


def canonical_name(label: str) -> str:
    """The canonical name of a label as written, or ""."""
    key = plain_key(_ASIDE.sub("", label).strip(" *_\"'　-"))
    found = _names().get(key, "")
    return found or _names().get(key.removesuffix("s"), "")


def label_of(line: str) -> tuple[str, str] | None:
    """The label and value that a line is, or None; a link is none."""
    match = _BRACKETED.match(line) or _LABELLED.match(line)
    if match is None or (match[2].startswith("//") and match[1].isascii()):
        return None
    return match[1].strip(), match[2].strip()


def _known(lines: list[str]) -> Iterator[Labelled]:
    number = 0
    while number < len(lines):
        written = label_of(lines[number][:2_000])
        name = canonical_name(written[0]) if written else ""
        if written is None or not name:
            number += 1
            continue
        is_empty = not written[1]
        rest = _continuation(lines, number + 1, is_empty=is_empty) if is_empty or name in _LONG else []
        value = "\n".join(part for part in (written[1], *rest) if part)[:_MAX_VALUE]
        yield Labelled(name=name, label=written[0], value=value, line=number)
        number += 1 + len(rest)


def _continuation(lines: list[str], start: int, *, is_empty: bool) -> list[str]:
    """The lines that go on with a value: up to a blank one, any other label, or the end.

    After an empty label one blank line may come first.
    """
    taken: list[str] = []
    for number in range(start, min(start + 200, len(lines))):
        line = lines[number].strip()
        if not line and is_empty and number == start:
            taken.append("")
            continue
        if not line or _is_label(lines[number]):
            break
        taken.append(line)
    return taken if any(taken) else []


def _is_label(line: str) -> bool:
    """Whether a line starts with a label, a known one or a short one that looks like one ("Phone: 1")."""
    written = label_of(line[:2_000])
    if written is None:
        return False
    label = written[0]
    return bool(canonical_name(label)) or (len(label.split()) <= 3 and len(label) <= (24 if label.isascii() else 12))


@cache
def _names() -> dict[str, str]:
    return {plain_key(label): name for name, labels in LABELS.items() for label in labels.split("|")}


def unlabelled(text: str) -> str:
    """The text without its known labelled lines and their values: what the reporter says freely."""
    lines = text.split("\n")
    kept = list(lines)
    for one in labelled_lines(text):
        for number in range(one.line, one.line + 1 + one.value.count("\n")):
            kept[number] = ""
    return "\n".join(kept)
