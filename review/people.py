"""Who asks: the session's cookie, the role that a page needs, and how often a wrong password may be tried."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from storage.staff import Role


class Need(StrEnum):
    """What a page asks of whoever opens it; nothing may be served without having said so."""

    NOBODY = "nobody"  # It is for everybody: signing in, and what the sign-in page is drawn with.
    VIEWER = "viewer"  # Somebody who has signed in.
    HANDLER = "handler"  # Somebody who judges.
    ADMIN = "admin"  # Somebody who may change many verdicts at once.

    def allows(self, role: Role) -> bool:
        """Whether that role is enough."""
        return self is Need.NOBODY or role.may(Role(self.value))


_FREE = 5  # failures that cost nothing
_FIRST_WAIT_S = 30.0
_LONGEST_WAIT_S = 900.0
_KEPT = 10_000


@dataclass(slots=True)
class _Failures:
    count: int = 0
    wait_until: float = 0.0


@dataclass(slots=True)
class Throttle:
    """Wrong passwords by name and by address: after five, each further one costs twice as long a wait."""

    clock: Callable[[], float] = time.monotonic
    _by_key: "OrderedDict[str, _Failures]" = field(default_factory=OrderedDict)

    def wait_s(self, *keys: str) -> int:
        """Seconds until another try, 0 for now."""
        now = self.clock()
        waits = (self._by_key[key].wait_until - now for key in keys if key in self._by_key)
        return max(0, *(int(wait + 0.999) for wait in waits), 0)

    def has_failed(self, *keys: str) -> None:
        """Count a wrong password."""
        for key in keys:
            failures = self._by_key.setdefault(key, _Failures())
            self._by_key.move_to_end(key)
            failures.count += 1
            if failures.count >= _FREE:
                wait = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (failures.count - _FREE))
                failures.wait_until = self.clock() + wait
        while len(self._by_key) > _KEPT:
            self._by_key.popitem(last=False)

    def has_succeeded(self, *keys: str) -> None:
        """Forget the failures."""
        for key in keys:
            self._by_key.pop(key, None)
