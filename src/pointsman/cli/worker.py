"""One process of `pointsman serve`: the HTTP application, and an engine beside it unless that was switched off."""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import FrameType
from typing import Any

from litestar import Litestar
from litestar.types import ASGIApp

from pointsman.bootstrap import App, start
from pointsman.engine.engine import Engine
from pointsman.log import set_up_logging
from pointsman.settings import read_settings
from pointsman.web.app import create_app

_COLLECT_AFTER = (20_000, 20, 20)
"""New objects, and young collections, after which Python looks for cycles."""

_BATCH = 100
"""Runs that are moved at once beside a server: small enough that no request waits long for it."""


def from_environment() -> ASGIApp:
    """Make the application of one worker process."""
    settings = read_settings()
    set_up_logging(settings.log_level)
    _stop_with_parent()
    app = start(settings)
    beside = [_engine_beside(app)] if settings.engine else []
    application = create_app(app, beside=[*beside, _end_streams_on_a_signal])
    _spare_the_collector()
    return application


def _engine_beside(app: App) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        stop = asyncio.Event()
        async with Engine(app, batch=_BATCH) as engine:
            working = asyncio.create_task(engine.run(stop))
            try:
                yield
            finally:
                stop.set()
                await working

    return lifespan


@asynccontextmanager
async def _end_streams_on_a_signal(application: Litestar) -> AsyncIterator[None]:
    """End live views as soon as this process is told to stop: the server waits for open answers before it says so."""
    loop, ends = asyncio.get_running_loop(), application.state.feeds.end

    def chain(handler: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], Any]:
        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(ends)
            handler(number, frame)

        return handle

    for number in (signal.SIGTERM, signal.SIGINT):
        handler = signal.getsignal(number)
        if callable(handler):
            signal.signal(number, chain(handler))
    yield


def _stop_with_parent() -> None:
    """End this worker when the process that started it is gone, however it went: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="stop-with-parent", daemon=True).start()


def _spare_the_collector() -> None:
    """Tell Python's collector that what is there stays, and to look less often: batches make objects, no cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
