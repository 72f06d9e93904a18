"""What the operator may set: one class for each section of abusedesk.toml, each key with its default and its explanation.

The command's sample, docs/configuration.md and the reading of file and environment all follow from these lines.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from config import values
from config.limits import Limits
from config.sections.desk import DeskRole, Review, Web
from config.sections.doors import BareLineEnds, MailboxSettings, MailboxTls, Smtp
from config.sections.keeping import Retention, StorageSettings
from config.sections.network import LookupSettings, OwnNetwork, Receivers
from config.sections.running import Operation, Workers
from config.sections.telling import Language, NoticeSettings, PolicySettings
from config.values import Reader

__all__ = [
    "BareLineEnds",
    "DeskRole",
    "Key",
    "Language",
    "LookupSettings",
    "MailboxSettings",
    "MailboxTls",
    "NoticeSettings",
    "Operation",
    "OwnNetwork",
    "PolicySettings",
    "Receivers",
    "Retention",
    "Review",
    "SECTIONS",
    "Settings",
    "Smtp",
    "StorageSettings",
    "Web",
    "Workers",
    "keys_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything, and where it came from.

    file: None when there is no file.   origins: "section.key" to "file:line" or the variable's name; absent means default.
    """

    network: OwnNetwork = field(default_factory=OwnNetwork)
    receivers: Receivers = field(default_factory=Receivers)
    lookups: LookupSettings = field(default_factory=LookupSettings)
    smtp: Smtp = field(default_factory=Smtp)
    mailbox: MailboxSettings = field(default_factory=MailboxSettings)
    web: Web = field(default_factory=Web)
    review: Review = field(default_factory=Review)
    storage: StorageSettings = field(default_factory=StorageSettings)
    retention: Retention = field(default_factory=Retention)
    policy: PolicySettings = field(default_factory=PolicySettings)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    operation: Operation = field(default_factory=Operation)
    workers: Workers = field(default_factory=Workers)
    limits: Limits = field(default_factory=Limits)
    file: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict)


SECTIONS: dict[str, type[Any]] = {
    "network": OwnNetwork,
    "receivers": Receivers,
    "lookups": LookupSettings,
    "smtp": Smtp,
    "mailbox": MailboxSettings,
    "web": Web,
    "review": Review,
    "storage": StorageSettings,
    "retention": Retention,
    "policy": PolicySettings,
    "notices": NoticeSettings,
    "operation": Operation,
    "workers": Workers,
    "limits": Limits,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a section.   default: what it is when nobody sets it.   about: what it is for."""

    name: str
    reader: Reader
    default: Any
    about: str


@cache
def keys_of(section: str) -> Mapping[str, Key]:
    """The keys of a section by name; one that names no reader is a whole number."""
    keys = {}
    for each in fields(SECTIONS[section]):
        known = getattr(each.type, "__metadata__", ())
        reader = next((one for one in known if isinstance(one, Reader)), values.whole())
        about = next((one for one in known if isinstance(one, str)), "")
        default = each.default_factory() if each.default_factory is not MISSING else each.default
        keys[each.name] = Key(name=each.name, reader=reader, default=default, about=about)
    return keys
