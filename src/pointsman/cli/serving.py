"""`pointsman serve`: the HTTP server in the foreground, with an engine in each of its processes."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from pointsman.bootstrap import App
from pointsman.cli.database import database_name, migrate, with_app
from pointsman.core.errors import Invalid
from pointsman.services.sign_in_links import make_first_link
from pointsman.settings import PREFIX, SettingError, Settings

_LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - what is bound to is not opened
HIGHEST_PORT = 65_535
SECONDS_TO_FINISH = 30
"""How long requests may go on after the server was told to stop."""


def serve(settings: Settings, given: Mapping[str, Any]) -> None:
    """Serve until told to stop; `given` is what the command line says, which worker processes must hear too."""
    _check(settings)
    os.environ.update({PREFIX + name.upper(): str(value) for name, value in given.items() if value is not None})
    config = uvicorn.Config(
        "pointsman.cli.worker:from_environment",
        factory=True,
        loop="uvloop",
        http="httptools",
        ws="none",
        workers=settings.processes,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    _stop_politely()
    with _bind(settings.host, settings.port) as listener:
        migrate(settings)
        listener.listen(config.backlog)
        os.environ.setdefault(f"{PREFIX}BASE_URL", _address(settings.host, listener))
        link = _first_link(settings)
        print(f"Pointsman serves {_address(settings.host, listener)} ({database_name(settings)})", flush=True)
        if link is not None:
            print(f"Sign in for the first time: {_reachable(settings, listener)}{link}", flush=True)
        started = _run_processes(config, listener) if settings.processes > 1 else _run_one(config, listener)
    if not started:
        sys.exit(1)


def _check(settings: Settings) -> None:
    if not 0 <= settings.port <= HIGHEST_PORT:
        raise SettingError(f"the port must be between 0 and {HIGHEST_PORT}, not {settings.port}")
    if settings.processes < 1:
        raise SettingError(f"the number of processes must be at least 1, not {settings.processes}")
    if settings.log_level.upper() not in logging.getLevelNamesMapping():
        raise SettingError(f"{PREFIX}LOG_LEVEL must be debug, info, warning or error, not {settings.log_level!r}")


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as problem:
        raise Invalid(
            f"cannot listen on {host}:{port}: {problem.strerror}. Choose another with --host or --port"
        ) from problem
    listener.set_inheritable(True)
    return listener


def _address(host: str, listener: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


def _first_link(settings: Settings) -> str | None:
    """Make the link for the first user, as long as there is none. It can be used once, and for a day."""

    async def work(app: App) -> str | None:
        return await app.db.write(lambda tx: make_first_link(tx, app.clock()))

    return with_app(settings, work)


def _reachable(settings: Settings, listener: socket.socket) -> str:
    """Return an address that a browser on this machine can open, or the one that everybody is to use."""
    return settings.base_url.rstrip("/") or _address(_LOCAL.get(settings.host, settings.host), listener)


def _stop_politely() -> None:
    """Exit 0 on a signal. The server finishes its requests first, then raises the signal again for us to see."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))


def _run_one(config: uvicorn.Config, listener: socket.socket) -> bool:
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    return server.started


def _run_processes(config: uvicorn.Config, listener: socket.socket) -> bool:
    supervisor = Multiprocess(config, sockets=[listener])
    try:
        supervisor.run()
    finally:  # also when the signal came while processes were still being started
        supervisor.terminate_all()
    return all(process.exitcode != STARTUP_FAILURE for process in supervisor.processes)
