"""`abusedesk submit` of one file, the whole process, to a committed row: handed to the running service, and decided alone.

Modules are loaded from bytecode, as they are where the program was installed.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figures import Figure
from bench.mails import Mails
from bench.service import Running, serving, write_config
from storage.migrations import upgrade

_BYTES = 144_000
_TRIES = 7


def start_up() -> list[Figure]:
    """CPU of the median of several runs, the service's share included, beside that of an interpreter that does nothing."""
    mails = Mails(3)
    with tempfile.TemporaryDirectory() as folder:
        upgrade(f"sqlite:///{folder}/abusedesk.db")
        config, file = write_config(Path(folder)), Path(folder, "mail.eml")
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        alone = _median_s(mails, config, file)
        with serving(config) as running:
            _median_s(mails, config, file)  # the workers' first mails load what all later ones share
            handed = _median_s(mails, config, file, running)
    nothing = sorted(_cpu_s(["-c", "pass"]) for _ in range(_TRIES))[_TRIES // 2]
    baseline = f"{nothing:.2f} s python -c pass"
    return [
        Figure(
            name="`submit` of one 144 kB file to a committed row, CPU of it and of the service", measured=f"{handed:.2f} s",
            target="≤ 0.10 s", baseline=baseline, is_met=handed <= 0.10,
        ),
        Figure(
            name="`submit` of one 144 kB file where no service runs, CPU", measured=f"{alone:.2f} s", baseline=baseline,
        ),
    ]  # fmt: skip


def _median_s(mails: Mails, config: Path, file: Path, service: Running | None = None) -> float:
    took = []
    for _ in range(_TRIES):
        file.write_bytes(_of_size(mails))
        before = service.cpu_s() if service else 0.0
        alone = _cpu_s(["-m", "intake.cli", "submit", "--config", str(config), str(file)])
        took.append(alone + (service.cpu_s() - before if service else 0.0))
    return sorted(took)[_TRIES // 2]


def _of_size(mails: Mails) -> bytes:
    """A mail of that size, its last part a plain text that fills it."""
    raw = mails.spam()
    return raw + b"what follows the last part is no part of it\r\n" * (max(0, _BYTES - len(raw)) // 46)


def _cpu_s(arguments: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
