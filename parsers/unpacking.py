"""What may still be unpacked from one submission: bytes, members and depth, shared by all that stands in it."""

from config.limits import Limits
from parsers.defects import Defect, DefectKind

# Below this size a high ratio is only short, repetitive text.
_RATIO_FREE_BYTES = 1_048_576


class Unpacking:
    """The budget of one submission.   Spent while containers are opened; what it refuses is a defect.

    defects: in the order in which they were met.   bytes_left: what may still be unpacked.
    """

    __slots__ = ("limits", "defects", "bytes_left", "_mails_left", "_members_left")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.defects: list[Defect] = []
        self.bytes_left = limits.unpacked_bytes
        self._members_left = limits.unpacked_members
        self._mails_left = limits.enclosed_mails

    def allows_depth(self, depth: int, where: str) -> bool:
        """Whether a container at that depth (0 is the outermost) may be opened."""
        if depth < self.limits.unpacking_depth:
            return True
        self.refuse(where, "unpacking_depth")
        return False

    def allowed_bytes(self, packed: int) -> int:
        """How large a member of that packed size may become."""
        return min(self.bytes_left, max(_RATIO_FREE_BYTES, packed * self.limits.unpacked_ratio))

    def take_member(self, where: str) -> bool:
        """Take one member from the budget, or refuse."""
        if self._members_left <= 0:
            self.refuse(where, "unpacked_members")
            return False
        self._members_left -= 1
        return True

    def take_mail(self, where: str) -> bool:
        """Take one enclosed mail from the budget, or refuse."""
        if self._mails_left <= 0:
            self.refuse(where, "enclosed_mails")
            return False
        self._mails_left -= 1
        return True

    def take_bytes(self, size: int) -> None:
        """Take what a member came to."""
        self.bytes_left -= size

    def refuse(self, where: str, limit: str) -> None:
        """Note that a limit stood in the way; each place and limit once."""
        self._note(Defect(kind=DefectKind.OVER_LIMIT, where=where, detail=limit))

    def damaged(self, where: str, detail: str) -> None:
        """Note that a container could not be read, or not to its end."""
        self._note(Defect(kind=DefectKind.BAD_ARCHIVE, where=where, detail=detail))

    def _note(self, defect: Defect) -> None:
        if defect not in self.defects:
            self.defects.append(defect)
