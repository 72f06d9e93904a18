"""format=flowed (RFC 3676): lines that a mail client broke softly, put together again."""

_SIGNATURE = "-- "


def unflow(text: str, *, is_space_deleted: bool) -> str:
    """Join soft-broken lines of the same quote depth (section 4.5) and take away the stuffed blank (section 4.4).

    is_space_deleted: DelSp=yes, the blank at the end of a soft-broken line belongs to the break.
    """
    out: list[str] = []
    is_open, open_depth = False, 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content[1:] if content.startswith(" ") else content
        if is_open and depth == open_depth and content != _SIGNATURE:
            out[-1] += content
        else:
            out.append(f"{'>' * depth} {content}" if depth else content)
        is_open, open_depth = content.endswith(" ") and content != _SIGNATURE, depth
        if is_open and is_space_deleted:
            out[-1] = out[-1][:-1]
    return "\n".join(out)
