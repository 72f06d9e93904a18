"""HTML as text and as hyperlinks: one linear reading of its tags; nothing is built, nothing runs.

A browser's tree building is quadratic in depth and in attributes (measured: 0.4 s for 80 kB of nested <div>), and
neither the text nor the links need a tree. So tags are read as the HTML standard's tokenizer reads them
(section 13.2.5), hidden text is kept, and only what no mail client ever shows is dropped: comments, scripts, styles.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# "<!--" … "-->" or the end; Outlook shows what stands in "<!--[if …]>" … "<![endif]-->", so that is no comment.
_COMMENT = r"<!--(?!\[if)(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>|\Z))"
# elements whose content is not markup, or never shown, up to their end tag or the end
_UNSHOWN = r"<(?i:(script|style|title|xml))\b[^>]*+(?:>|\Z)(?:[^<]++|<(?!/(?i:\1)))*+"
_SCRIPT = re.compile(r"<(?i:script)\b[^>]*+(?:>|\Z)((?:[^<]++|<(?!/(?i:script)))*+)")
_DROPPED = re.compile(f"{_COMMENT}|{_UNSHOWN}")
# tag-open = "<" ["/"] ASCII-alpha, "<!" or "<?"; "<name@host>" and "<http://…>" are mail text that was never escaped.
# Attributes up to ">" or the end: a quote opens a value only after "=", and one that does not end is none; HTML 13.2.5
_TAG = re.compile(
    r"<([/a-zA-Z!?](?![^\s>]{0,200}(?:@|://))[^\s>/]*+)"
    r"""([^>=]*+(?:=(?:"[^"]*+"|'[^']*+'|\s++(?:"[^"]*+"|'[^']*+'))?+[^>=]*+)*+)(?:>|\Z)"""
)
_INDENT = re.compile(r"\n[ \t]")
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*+)|'([^']*+)|([^\s>]++))""")
_REFRESH = re.compile(r"url\s{0,9}=\s{0,9}['\"]?([^'\"]{1,8192})", re.IGNORECASE)
_STYLE_URL = re.compile(r"url\(\s{0,9}['\"]?([^'\")]{1,8192})")
# character reference; HTML 13.5. Without ";" only where no "=" or letter follows: "?a=1&copy=2" is a query.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31})(?:;|(?![=a-zA-Z0-9]))")
_SHOWN_PIECES = 64

# Control characters that mark line ends while blanks are folded (ASCII, so that most texts stay a byte a character): a block
# ends a line that has begun, <br> ends any line, and a paragraph that holds nothing is an empty line.
_BLOCK_END, _LINE_END, _PARAGRAPH, _HARD_BLANK, _CELL_END = "\x01", "\x02", "\x03", "\x04", "\x05"
_MARKS = str.maketrans("", "", _BLOCK_END + _LINE_END + _PARAGRAPH + _HARD_BLANK + _CELL_END)
_BLOCKS = (
    "p", "div", "tr", "li", "ul", "ol", "dl", "dt", "dd", "table", "tbody", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote",
    "hr", "form", "center", "section", "article", "header", "footer", "address", "body", "option",
)  # fmt: skip
_ENDS = {mark + name: _BLOCK_END for name in _BLOCKS for mark in ("", "/")} | {"br": _LINE_END, "/br": _LINE_END, "p": _PARAGRAPH}
_ENDS |= {"/td": _CELL_END, "/th": _CELL_END}
_URL_ATTRIBUTES = frozenset({"href", "src", "action", "formaction", "background", "data", "poster", "originalsrc", "xlink:href"})
_LINKING_TAGS = frozenset({
    "a", "area", "img", "image", "form", "input", "button", "iframe", "frame", "embed", "object", "video", "audio", "source", "track",
    "link", "base", "meta", "body", "v:roundrect", "v:rect", "v:shape", "v:fill", "v:image", "v:imagedata",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperlink:
    """Where a tag leads.

    target: the attribute's value, references decoded, otherwise as it stands.   shown: the text between <a> and </a>,
    "" for other tags.   piece: the stretch of text before which it stands, counted from the first.
    """

    target: str
    shown: str
    piece: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One HTML body, read.

    text: hidden text too; one line for each block and line break, <pre> as it stands, other blanks folded.
    hyperlinks: in the order in which they stand.   pieces: the text between the tags, as it stands.
    scripts: what an attached page would run; nothing here does.
    """

    text: str
    scripts: str
    hyperlinks: tuple[Hyperlink, ...]
    pieces: Sequence[str]

    def hyperlinks_after(self, offset: int) -> tuple[Hyperlink, ...]:
        """Those that stand after a place in the text."""
        wanted = _weight(self.text[:offset])
        for number, piece in enumerate(self.pieces):
            wanted -= _weight(decode_references(piece))
            if wanted < 0:
                return tuple(link for link in self.hyperlinks if link.piece >= number)
        return ()


def read_page(source: str) -> Page:
    """Read an HTML body.   Raises: nothing."""
    shown = _DROPPED.sub("", source) if "<" in source else source
    parts = _TAG.split(shown)
    names = [name.lower() for name in parts[1::3]]
    pieces = parts[::3]
    hyperlinks = [*_hyperlinks(names, parts[2::3], pieces), *_style_urls(shown)]
    scripts = "\n".join(_SCRIPT.findall(source)) if "cript" in source or "CRIPT" in source else ""
    return Page(text=_fold(_marked(names, pieces)), scripts=scripts, hyperlinks=tuple(hyperlinks), pieces=pieces)


def html_to_text(source: str) -> str:
    """The text of an HTML body, as in Page."""
    return read_page(source).text


def decode_references(text: str) -> str:
    """Character references decoded once; what is none stays."""
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda reference: html.unescape(reference[0]), text)


def _hyperlinks(names: Sequence[str], attributes: Sequence[str], texts: Sequence[str]) -> Iterator[Hyperlink]:
    for number, name in enumerate(names):
        if name not in _LINKING_TAGS and "ackground=" not in attributes[number]:
            continue
        targets = _targets(name, attributes[number])
        shown = _shown(names, texts, number + 1) if name == "a" and targets else ""
        yield from (Hyperlink(target=target, shown=shown, piece=number + 1) for target in targets)


def _targets(name: str, attributes: str) -> list[str]:
    """The addresses in the attributes of one tag."""
    found = []
    for attribute, double, single, bare in _ATTRIBUTE.findall(attributes):
        word = attribute.lower()
        value = double or single or bare
        if word in _URL_ATTRIBUTES:
            found.append(decode_references(value))
        elif name == "meta" and word == "content" and (refresh := _REFRESH.search(value)):
            found.append(decode_references(refresh[1]))
    return found


def _style_urls(source: str) -> Iterator[Hyperlink]:
    for style in _STYLE_URL.finditer(source):
        yield Hyperlink(target=decode_references(style[1]), shown="", piece=0)


def _shown(names: Sequence[str], texts: Sequence[str], start: int) -> str:
    """The text from one stretch up to the next start or end of a link, on one line."""
    for number in range(start, min(start + _SHOWN_PIECES, len(names))):
        if names[number] in ("a", "/a"):
            return " ".join(decode_references("".join(texts[start : number + 1])).split())
    return ""


def _marked(names: Sequence[str], pieces: Sequence[str]) -> str:
    """The text with a mark where a tag ends a line or a cell."""
    texts = _with_lines_kept(names, pieces) if "pre" in names else pieces
    marked = [texts[0]]
    for name, text in zip(names, texts[1:], strict=True):
        if name in _ENDS:
            marked.append(_ENDS[name])
        marked.append(text)
    return "".join(marked)


def _fold(text: str) -> str:
    """Text with marks as lines, blanks folded."""
    words = " ".join(decode_references(text).replace("\xa0", _HARD_BLANK).split())
    for mark in (_BLOCK_END, _LINE_END, _PARAGRAPH, _CELL_END):
        words = words.replace(f" {mark}", mark).replace(f"{mark} ", mark)
    if _CELL_END in words:
        words = _keep_cells_apart(words)
    words = words.replace(_PARAGRAPH + _BLOCK_END, _LINE_END).replace(_PARAGRAPH, _BLOCK_END)
    words = _once(words, _BLOCK_END).replace(_LINE_END + _BLOCK_END, _LINE_END)
    return words.replace(_BLOCK_END, "\n").replace(_LINE_END, "\n").replace(_HARD_BLANK, " ").strip("\n")


def _once(words: str, mark: str) -> str:
    """Text with one mark for each run of them; a pass halves each run."""
    while mark + mark in words:
        words = words.replace(mark + mark, mark)
    return words


def _keep_cells_apart(words: str) -> str:
    """A tab between the cells of a row; none after the last."""
    words = _once(words, _CELL_END).rstrip(_CELL_END)
    for mark in (_BLOCK_END, _LINE_END, _PARAGRAPH):
        words = words.replace(_CELL_END + mark, mark)
    return words.replace(_CELL_END, "\t")


def _with_lines_kept(names: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The texts, where those inside <pre> have their line ends and the first blank of each line kept from being folded."""
    kept: list[str] = []
    is_kept = False
    for text, tag in zip(texts, [*names, ""], strict=True):
        kept.append(_INDENT.sub(f"\n{_HARD_BLANK}", text.replace("\r\n", "\n")).replace("\n", _LINE_END) if is_kept else text)
        is_kept = tag == "pre" or (is_kept and tag != "/pre")
    return kept


def _weight(text: str) -> int:
    """How many characters stand in a text, blanks and marks not counted."""
    return len("".join(text.translate(_MARKS).split()))
