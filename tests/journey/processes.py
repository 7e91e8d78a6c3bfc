"""Real processes of the command line: started, waited for, stopped politely or killed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

POINTSMAN = Path(sys.executable).parent / "pointsman"
ADDRESS = re.compile(r"http://\S+")
FIRST_LINK = re.compile(r"\ASign in for the first time: \S+\n")
"""The second line, as long as nobody has signed in."""
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


def read_the_rest(process: subprocess.Popen[str], after: re.Pattern[str] | None = None) -> tuple[int, str]:
    """Wait for the end; return the exit code, and what was printed and not read, without what stands `after` for.

    Not `communicate()`: that reads past the buffer of `readline()`, which may hold a part of the next line.
    """
    assert process.stdout is not None
    with process.stdout as stdout:
        code = process.wait(timeout=SECONDS_TO_STOP)
        output = stdout.read()
    return code, output if after is None else after.sub("", output, count=1)


def wait_until(condition: Callable[[], bool], seconds: float = 60, *, pause: float = 0.05) -> None:
    """Wait, for a bounded time, for what other processes do."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(pause)


def pointsman(*arguments: object) -> str:
    """Run a command to its end, and return what it printed."""
    done = subprocess.run([POINTSMAN, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Server:
    """`pointsman serve` on a port that is free, or another; from its first line on, it takes connections."""

    def __init__(self, *options: object, port: int = 0) -> None:
        command = [POINTSMAN, "serve", "--port", str(port), *map(str, options)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()
        found = ADDRESS.search(self.first_line)
        assert found is not None, self.first_line
        self.address = found[0]
        # It takes connections, and answers as soon as it is up: on a busy machine that takes a while.
        httpx.get(f"{self.address}/healthz", timeout=SECONDS_TO_START)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def stop(self, number: int) -> tuple[int, str]:
        """Send a signal; return the exit code, and what was printed after the first line and the link below it."""
        self.process.send_signal(number)
        return read_the_rest(self.process, after=FIRST_LINK)

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.kill()
        self.process.communicate(timeout=SECONDS_TO_STOP)


class EngineProcess:
    """`pointsman engine` on a database, as it starts; from its first line on, it works."""

    def __init__(self, database_url: str, **settings: object) -> None:
        given = {f"POINTSMAN_{name.upper()}": str(value) for name, value in settings.items()}
        self.process = subprocess.Popen(
            [POINTSMAN, "engine", "--database-url", database_url],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **given},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def wait_until_it_works(self) -> None:
        """Wait for its first line."""
        assert self.process.stdout is not None
        first_line = self.process.stdout.readline()
        assert "engine works on" in first_line, first_line

    def stop(self) -> tuple[int, str]:
        """Ask it to stop; return the exit code, and what was printed after the first line."""
        self.process.send_signal(signal.SIGTERM)
        return read_the_rest(self.process)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.communicate(timeout=SECONDS_TO_STOP)
