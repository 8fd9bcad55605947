"""Starts a PostgreSQL of our own on loopback, and makes a database a test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

_PLACES = ("/usr/lib/postgresql", "/usr/local/lib/postgresql")
_ACCOUNT = "postgres"


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, which Debian leaves off the PATH."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).resolve().parent
    beside = [path for place in _PLACES for path in Path(place).glob("*/bin/initdb")]
    return sorted(beside)[-1].parent if beside else None


@contextmanager
def running_server() -> Iterator[str]:
    """The address of a server with an empty cluster; skips where there is none."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian's package postgresql)")
    if sys.platform == "win32":
        pytest.skip("PostgreSQL is tried on Linux")
    pytest.importorskip("pg8000", reason="pg8000 is not installed")
    cluster = Path(tempfile.mkdtemp(prefix="fourview-pg-"))  # pytest's own are not for others
    if _runs_as() is not None:
        shutil.chown(cluster, _ACCOUNT)
    try:
        yield from _served(found, cluster)
    finally:
        shutil.rmtree(cluster, ignore_errors=True)


def _served(found: Path, cluster: Path) -> Iterator[str]:
    _run(found / "initdb", "-D", cluster, "-A", "trust", "-U", _ACCOUNT, "-E", "UTF8", "-N")
    port = _free_port()
    # "fsync = off" is for tests of what the program does; what the disk does is PostgreSQL's.
    settings = (
        *("-c", f"port={port}", "-c", "listen_addresses=127.0.0.1"),
        *("-c", f"unix_socket_directories={cluster}", "-c", "fsync=off"),
    )
    with (cluster / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [found / "postgres", "-D", cluster, *settings],
            stdout=log,
            stderr=log,
            user=_runs_as(),
            cwd=cluster,
        )
    try:
        url = f"postgresql://{_ACCOUNT}@127.0.0.1:{port}"
        _wait(f"{url}/postgres", server)
        yield url
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed again
        server.wait(30)


def fresh_database(server: str) -> str:
    """The address of a new, empty database."""
    name = f"archive_{uuid4().hex}"
    _do(f"{server}/postgres", f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def _do(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            _do(url, "SELECT 1")
        except SQLAlchemyError:
            time.sleep(0.1)
        else:
            return
    pytest.skip("PostgreSQL does not start here")


def _runs_as() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings an account of its own."""
    return _ACCOUNT if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, user=_runs_as(), cwd="/", check=False)
    if done.returncode:
        pytest.skip(f"PostgreSQL can't be set up here: {done.stderr.decode()[-200:]}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
