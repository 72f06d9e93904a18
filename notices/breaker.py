"""Breakers: a server that failed several times in a row is left alone for a while, then asked once more."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

_SERVERS = 200


@dataclass(slots=True)
class _Record:
    failures: int = 0
    rests_until: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakers:
    """One for each server, by its name.   clock: seconds that only grow.   rest_s: for how long one is left alone."""

    clock: Callable[[], float] = time.monotonic
    failures_allowed: int = 3
    rest_s: float = 60.0
    _records: dict[str, _Record] = field(default_factory=dict, init=False)

    def rests(self, server: str) -> bool:
        """Whether it is left alone now; after its rest a single failure closes it again."""
        record = self._records.get(server)
        return record is not None and self.clock() < record.rests_until

    def succeeded(self, server: str) -> None:
        """It answered."""
        self._records.pop(server, None)

    def failed(self, server: str, *, at_once: bool = False) -> None:
        """It did not.   at_once: it asked to be left alone."""
        if len(self._records) >= _SERVERS:
            self._records.clear()
        record = self._records.setdefault(server, _Record())
        record.failures += 1
        if at_once or record.failures >= self.failures_allowed:
            record.rests_until = self.clock() + self.rest_s
