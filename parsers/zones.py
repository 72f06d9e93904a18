"""Time zones as mail and logs write them: an offset from UTC, or one of the abbreviations of an explicit table."""

from datetime import timedelta, timezone
from functools import lru_cache

# obs-zone (RFC 5322 section 4.3), then the abbreviations that servers and logs use; hours from UTC.
# Some have several meanings; this is the one taken: IST is India (not Ireland, not Israel), CST and EST are North
# America (not China, not Australia), BST is Britain (not Bangladesh), AST and ADT are the Atlantic (not Arabia).
_HOURS: dict[str, float] = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5,
    "BRT": -3, "BRST": -2, "ART": -3, "UYT": -3, "CLT": -4, "CLST": -3, "BOT": -4, "VET": -4, "COT": -5, "PET": -5,
    "BST": 1, "WEST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "MSD": 4, "TRT": 3,
    "WAT": 1, "CAT": 2, "SAST": 2, "EAT": 3, "GST": 4, "PKT": 5, "IST": 5.5, "NPT": 5.75,
    "WIB": 7, "ICT": 7, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "WITA": 8, "AWST": 8, "JST": 9, "KST": 9, "WIT": 9,
    "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
# The single letters of RFC 822 were defined with the wrong sign: all of them mean -0000 (RFC 5322 section 4.3).
_HOURS |= dict.fromkeys("ABCDEFGHIKLMNOPQRSTUVWXY", 0)


@lru_cache(maxsize=256)
def zone_of(written: str) -> timezone | None:
    """The zone of "+0900", "+09:00", "+9" or an abbreviation in any case; None when it is none of them."""
    if written[:1] not in ("+", "-"):
        hours = _HOURS.get(written.upper())
        return None if hours is None else timezone(timedelta(hours=hours))
    digits = written[1:].replace(":", "")
    if not (digits.isdecimal() and len(digits) <= 4):
        return None
    hour, minute = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hour > 23 or minute > 59:
        return None
    minutes = hour * 60 + minute
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))
