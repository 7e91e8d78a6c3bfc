"""Engines at work in processes of their own: started, let off together, and waited for."""

import subprocess
import sys
from collections.abc import Sequence

import msgspec

from pointsman.bench.peers.tally import LONGEST_SECONDS

READY = "ready"
"""What an engine's process says when it is connected; it begins when it reads a line."""


class Moved(msgspec.Struct, frozen=True):
    """When a process began and ended (on the machine's clock), and the most memory that it held."""

    begun: float
    ended: float
    peak_mib: float


def move_all(url: str, processes: int) -> list[Moved]:
    """Have a number of engine processes move runs until none is due."""
    command = [sys.executable, "-m", "pointsman.bench.engine_run", url]
    engines = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
        for _ in range(processes)
    ]
    try:
        for engine in engines:
            _await_ready(engine)
        for engine in engines:
            _let_off(engine)
        return [_result(engine) for engine in engines]
    finally:
        for engine in engines:
            engine.kill()
            engine.communicate()


def _await_ready(engine: "subprocess.Popen[str]") -> None:
    assert engine.stdout is not None  # noqa: S101 - for the type
    if engine.stdout.readline().rstrip() != READY:
        raise RuntimeError("an engine stopped before it could be measured")


def _let_off(engine: "subprocess.Popen[str]") -> None:
    assert engine.stdin is not None  # noqa: S101 - for the type
    engine.stdin.write("go\n")
    engine.stdin.flush()


def _result(engine: "subprocess.Popen[str]") -> Moved:
    output, _ = engine.communicate(timeout=LONGEST_SECONDS)
    lines: Sequence[str] = output.splitlines()
    if engine.returncode or not lines:
        raise RuntimeError(f"an engine ended with code {engine.returncode} while it was measured")
    return msgspec.json.decode(lines[-1], type=Moved)
