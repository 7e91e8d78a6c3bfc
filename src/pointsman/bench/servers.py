"""The servers that are measured: real processes on 127.0.0.1, and a PostgreSQL of their own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from pointsman.bench.bare import Specification
from pointsman.bench.local_postgres import start_postgres

STARTS_WITHIN = 30.0
STOPS_WITHIN = 10.0


@contextmanager
def product(url: str) -> Iterator[int]:
    """Serve Pointsman on a database, by its own command; yields the port."""
    port = _free_port()
    program = str(Path(sys.executable).with_name("pointsman"))
    command = [program, "serve", "--no-engine", "--host", "127.0.0.1", "--port", str(port), "--database-url", url]
    with _running(command, port):
        yield port


@contextmanager
def bare(specification: Specification, folder: Path) -> Iterator[int]:
    """Serve the bare handler; yields the port."""
    port = _free_port()
    file = folder / f"bare-{port}.json"
    file.write_bytes(msgspec.json.encode(specification))
    with _running([sys.executable, "-m", "pointsman.bench.bare", str(port), str(file)], port):
        yield port


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, str]]:
    """Run PostgreSQL; yields the URIs of two empty databases. `ImportError` without the wheel that brings it."""
    with postgres_server(folder) as server, database(server, "ours") as ours, database(server, "floor") as floor:
        yield ours, floor


@contextmanager
def postgres_server(folder: Path) -> Iterator[Any]:
    """Run PostgreSQL with its default settings; `ImportError` without the wheel that brings it."""
    server = start_postgres(folder)
    try:
        yield server
    finally:
        server.cleanup()


@contextmanager
def database(server: Any, name: str) -> Iterator[str]:
    """Have an empty database for a while; yields its URI."""
    server.psql(f"CREATE DATABASE {name}")
    try:
        yield server.get_uri(name)
    finally:
        server.psql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own programs
    try:
        _await_port(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode} before it could be measured")
        with socket.socket() as probe:
            probe.settimeout(1.0)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not listen within {STARTS_WITHIN:g} seconds")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
