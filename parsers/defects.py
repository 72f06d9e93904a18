"""What was wrong with the bytes: values beside a result, never exceptions."""

from dataclasses import dataclass
from enum import StrEnum


class DefectKind(StrEnum):
    """One word for each way in which mail from outside departs from its grammar."""

    OVER_LIMIT = "over-limit"  # A bound of config/limits.py was reached; what lies beyond was not read.
    TEXT_BEFORE_HEADER = "text-before-header"  # Lines stood before the first header field.
    NOT_A_FIELD = "not-a-field"  # A line inside the header block is neither a field nor a fold.
    BARE_LINE_END = "bare-line-end"  # CR without LF, or LF without CR in a CRLF message.
    NO_CLOSING_BOUNDARY = "no-closing-boundary"  # A multipart ends without its closing delimiter.
    NO_BOUNDARY = "no-boundary"  # A multipart names no boundary; read as text.
    BAD_ENCODING = "bad-encoding"  # base64 or quoted-printable that does not decode cleanly.
    BAD_CHARSET = "bad-charset"  # The declared charset is unknown or does not fit the bytes.
    BAD_ARCHIVE = "bad-archive"  # A zip, gzip, .msg or TNEF container is damaged or too large to open.
    SCHEMA = "schema"  # A machine report breaks its own schema.
    EVIDENCE_HASH = "evidence-hash"  # The hash in a report differs from its evidence.
    SECOND_OPINION = "second-opinion"  # mail-parser reads the Received chain differently.


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One departure, where it is and what it means for the reader."""

    kind: DefectKind
    where: str = ""  # MIME path or header name; "" is the whole message
    detail: str = ""
