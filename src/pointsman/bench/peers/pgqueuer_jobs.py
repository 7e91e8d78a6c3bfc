"""pgqueuer: a chain of jobs, each enqueueing the next.

Its own benchmark uses asyncpg, uvloop and several queue managers in one process. Of what we tried (one connection or a
pool, 1 to 5 managers, batches of 10 to 500), two managers with batches of 100 were fastest.

Run as `python -m pointsman.bench.peers.pgqueuer_jobs URL RUNS`.
"""

import asyncio
from importlib import import_module
from typing import Any

import asyncpg
import uvloop

from pointsman.bench.peers.tally import STEPS, Tally, check_left, measure_peer

MANAGERS = 2
BATCH = 100


async def _execute(url: str, runs: int, tally: Tally) -> None:
    pgqueuer = import_module("pgqueuer")
    queries = pgqueuer.Queries.from_asyncpg_connection(await asyncpg.connect(url))
    await queries.install()
    await queries.enqueue(["step"] * runs, [b"1"] * runs, [0] * runs)
    over = asyncio.Event()
    managers = [_manager(pgqueuer, await asyncpg.connect(url), tally, over) for _ in range(MANAGERS)]
    await asyncio.gather(*(manager.run(batch_size=BATCH) for manager in managers))
    check_left(sum(queued.count for queued in await queries.queue_size()))


def _manager(pgqueuer: Any, connection: Any, tally: Tally, over: asyncio.Event) -> Any:
    queries = pgqueuer.Queries.from_asyncpg_connection(connection)
    manager = pgqueuer.QueueManager(queries)
    manager.shutdown = over

    async def step(job: Any) -> None:
        tally.begin()
        number = int(job.payload)
        if number < STEPS:
            await queries.enqueue("step", b"%d" % (number + 1))
        if tally.end():
            over.set()

    manager.entrypoint("step", accepts_context=False)(step)
    return manager


if __name__ == "__main__":
    measure_peer(lambda url, runs, tally: uvloop.run(_execute(url, runs, tally)))
