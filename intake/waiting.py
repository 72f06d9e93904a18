"""A queue that is fair to reporters: networks take turns, and so do the senders behind each of them.

A flood from one of them waits behind itself; everyone else waits for one mail of the flood at most.
"""

from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Waiting(Generic[T]):
    """What waits, by where it came from and who sent it."""

    def __init__(self) -> None:
        self._urgent: deque[T] = deque()
        self._origins: OrderedDict[str, OrderedDict[str, deque[T]]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, item: T, *, origin: str, sender: str) -> None:
        """Add at the end of the sender's own row."""
        self._count += 1
        self._origins.setdefault(origin, OrderedDict()).setdefault(sender, deque()).append(item)

    def put_first(self, item: T) -> None:
        """Add before all others: it has had its turn and was interrupted."""
        self._count += 1
        self._urgent.append(item)

    def pop(self) -> T:
        """Take the next.   Raises IndexError when nothing waits."""
        if not self._count:
            raise IndexError("nothing waits")
        self._count -= 1
        if self._urgent:
            return self._urgent.popleft()
        origin, senders = self._origins.popitem(last=False)
        sender, row = senders.popitem(last=False)
        item = row.popleft()
        if row:
            senders[sender] = row
        if senders:
            self._origins[origin] = senders
        return item
