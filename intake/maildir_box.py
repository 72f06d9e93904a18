"""A Maildir that is watched: what lies in new and cur is taken in, and moved by rename(2) to a folder beside them (Maildir++)."""

from collections.abc import Sequence
from pathlib import Path

from intake.mailbox import BoxAway, TooLarge

_AT_ONCE = 500  # mails of one visit


class MaildirBox:
    """One Maildir."""

    def __init__(self, path: str, *, most_bytes: int) -> None:
        self._path = Path(path)
        self._most_bytes = most_bytes

    def waiting(self) -> Sequence[str]:
        """The files by name, which begins with the time of delivery."""
        try:
            found = [file for part in ("new", "cur") for file in (self._path / part).iterdir() if file.is_file() and file.name[0] != "."]
        except OSError as error:
            raise BoxAway(f"{self._path}: {error.strerror}") from error
        return [str(file.relative_to(self._path)) for file in sorted(found, key=lambda file: file.name)[:_AT_ONCE]]

    def fetch(self, name: str) -> bytes | None:
        """As Box has it."""
        file = self._path / name
        try:
            size = file.stat().st_size
            if size > self._most_bytes:
                raise TooLarge(f"{size} bytes are more than are taken in")
            return file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BoxAway(f"{file}: {error.strerror}") from error

    def move(self, name: str, folder: str) -> None:
        """As Box has it; the file keeps its name, so that a second move finds nothing to do."""
        target = self._path / f".{folder.replace('/', '.')}"
        try:
            for part in ("cur", "new", "tmp"):
                (target / part).mkdir(parents=True, exist_ok=True)
            (self._path / name).rename(target / "cur" / Path(name).name)
        except FileNotFoundError:
            return
        except OSError as error:
            raise BoxAway(f"{target}: {error.strerror}") from error

    def leave(self) -> None:
        """There is nothing to end."""
