"""Where a page links to a file of the repository that is no page, the site names the file instead."""

import re
from pathlib import Path
from typing import Any

_LINK = re.compile(r"\[([^\]\n]{1,200})\]\(((?:\.\./)[^)#\s]{1,200})\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Called by mkdocs for each page before it is rendered."""
    root = Path(config["docs_dir"]).resolve()
    here = (root / page.file.src_uri).parent

    def named(link: re.Match[str]) -> str:
        target = (here / link[2]).resolve()
        return link[0] if target.is_relative_to(root) else f"`{target.relative_to(root.parent)}`"

    return _LINK.sub(named, markdown)
