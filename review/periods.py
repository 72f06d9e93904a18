"""Times as a person types them at a filter: a day, a moment, or so long ago."""

import re
from datetime import UTC, datetime, timedelta

# "90m", "12h", "7d", "4w"
_AGO = re.compile(r"(\d{1,5})([mhdw])")
_UNIT = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment_of(text: str, *, now: datetime) -> datetime:
    """An ISO 8601 day or moment (UTC where no zone is given), or a span before now.   Raises ValueError saying what is understood."""
    ago = _AGO.fullmatch(text.strip())
    if ago:
        return now - int(ago[1]) * _UNIT[ago[2]]
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is no time: write 2026-11-24, 2026-11-24T09:00+09:00, or 12h, 7d, 4w for so long ago") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
