"""A progress bar on a terminal, and nothing anywhere else."""

from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """How far it has come.   total: bytes; 0: nobody watches."""

    def __init__(self, *, total: int) -> None:
        self._total = total
        self._shown: tuple[Bar, TaskID] | None = None
        self._open = ExitStack()

    def __enter__(self) -> "Progress":
        if self._total:
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.fields[mails]:,} mails"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
            bar = self._open.enter_context(Bar(*columns, console=Console(stderr=True)))
            self._shown = bar, bar.add_task("", total=self._total, mails=0)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    def advance(self, size: int, mails: int) -> None:
        """A mail of that size is done; how many are by now."""
        if self._shown:
            bar, task = self._shown
            bar.update(task, advance=size, mails=mails)
