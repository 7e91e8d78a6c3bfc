"""`pointsman engine`: an engine alone, in the foreground."""

import asyncio
import signal

from prometheus_client import start_http_server

from pointsman.bootstrap import App
from pointsman.cli.database import database_name, migrate, with_app
from pointsman.engine.engine import Engine
from pointsman.log import set_up_logging
from pointsman.settings import Settings


def run_engine(settings: Settings, *, until_idle: bool, metrics_port: int | None) -> None:
    """Move leads until told to stop or, if asked for, until nothing is due."""
    set_up_logging(settings.log_level)
    migrate(settings)
    if metrics_port is not None:
        start_http_server(metrics_port, addr=settings.host)
    print(f"Pointsman's engine works on {database_name(settings)}", flush=True)
    with_app(settings, _until_idle if until_idle else _until_told)


async def _until_idle(app: App) -> None:
    async with Engine(app) as engine:
        await engine.drain()


async def _until_told(app: App) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with Engine(app) as engine:
        await engine.run(stop)
