"""What all sessions of the listener share."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from config.sections import Smtp
from intake.gate import Gate, Space
from intake.reception import Reception


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a session may use.

    spool_folder: where large mails lie until they are decided; None for the system's.   tls: None when there is no certificate.
    """

    smtp: Smtp
    hostname: str
    gate: Gate
    space: Space
    reception: Reception
    spool_folder: Path | None = None
    tls: ssl.SSLContext | None = None
