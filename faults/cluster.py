"""A PostgreSQL of one's own, for tests and faults: Debian's binaries, a folder that is thrown away, a port on loopback."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BINARIES = Path("/usr/lib/postgresql")
_USER = "postgres"


def binaries() -> Path | None:
    """The newest installed version's programs, None where there is none."""
    versions = sorted((one for one in _BINARIES.glob("*/bin/initdb")), key=lambda one: float(one.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def running_cluster(programs: Path) -> Iterator[str]:
    """A cluster while it runs; gives the URL without a database's name."""
    folder = Path(tempfile.mkdtemp(prefix="abusedesk-pg-"))
    as_user = _unprivileged(folder)
    data = folder / "data"
    port = _free_port()
    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
    try:
        _run([programs / "initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], folder, as_user)
        _run([programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", settings, "start"], folder, as_user)
        yield f"postgresql+psycopg://{_USER}@127.0.0.1:{port}"
        _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], folder, as_user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(cluster: str, name: str) -> str:
    """An empty database in a cluster; its URL."""
    import psycopg

    with psycopg.connect(f"{cluster}/postgres".replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"{cluster}/{name}"


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL does not run as root: whom to be instead, None when we are not root."""
    if os.geteuid() != 0:
        return None
    owner = pwd.getpwnam(_USER)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return _USER


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _run(command: list[str | Path], folder: Path, user: str | None) -> None:
    done = subprocess.run([str(word) for word in command], cwd=folder, user=user, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
