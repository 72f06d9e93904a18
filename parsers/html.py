"""HTML as text and as links, with a parser that keeps deep nesting and never runs anything (selectolax, Lexbor)."""

from selectolax.lexbor import LexborHTMLParser

_BLOCKS = "p, div, br, tr, li, h1, h2, h3, h4, h5, h6, pre, blockquote, table, hr"


def html_to_text(html: str) -> str:
    """The visible text, one line for each block; scripts and styles dropped, entities decoded."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "head", "template", "noscript"])
    if tree.body is None:
        return ""
    for block in tree.css(_BLOCKS):
        block.insert_before("\n")
    return tree.body.text(separator="")
