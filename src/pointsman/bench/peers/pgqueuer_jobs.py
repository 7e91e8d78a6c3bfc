"""pgqueuer: a chain of jobs, each enqueueing the next.

Its own benchmark uses asyncpg, uvloop and several queue managers in one process. Of what we tried (one connection or a
pool, 1 to 5 managers, batches of 10 to 500), two managers with batches of 100 were fastest.

Run as `python -m pointsman.bench.peers.pgqueuer_jobs URL RUNS`.
"""

import asyncio

import asyncpg
import uvloop
from pgqueuer import AsyncpgDriver, Job, PgQueuer, Queries

from pointsman.bench.peers.tally import STEPS, Tally, check_left, measure_peer

MANAGERS = 2
BATCH = 100


async def _execute(url: str, runs: int, tally: Tally) -> None:
    queries = Queries(AsyncpgDriver(await asyncpg.connect(url)))
    await queries.install()
    await queries.enqueue(["step"] * runs, [b"1"] * runs, [0] * runs)
    over = asyncio.Event()
    managers = [_manager(await asyncpg.connect(url), tally, over) for _ in range(MANAGERS)]
    await asyncio.gather(*(manager.qm.run(batch_size=BATCH) for manager in managers))
    check_left(sum(queued.count for queued in await queries.queue_size()))


def _manager(connection: asyncpg.Connection, tally: Tally, over: asyncio.Event) -> PgQueuer:
    manager = PgQueuer.from_asyncpg_connection(connection)
    manager.qm.shutdown = over
    queries = Queries(manager.connection)

    @manager.entrypoint("step")
    async def step(job: Job) -> None:
        tally.begin()
        number = int(job.payload or b"0")
        if number < STEPS:
            await queries.enqueue("step", b"%d" % (number + 1))
        if tally.end():
            over.set()

    return manager


if __name__ == "__main__":
    measure_peer(lambda url, runs, tally: uvloop.run(_execute(url, runs, tally)))
