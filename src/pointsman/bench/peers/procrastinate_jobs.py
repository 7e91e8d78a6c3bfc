"""procrastinate: a chain of jobs, each deferring the next.

Its documented means for throughput are concurrency within a worker, several workers, and deleting finished jobs. A
worker fetches one job at a time, so a few workers in the process are faster than one, and more are not.

Run as `python -m pointsman.bench.peers.procrastinate_jobs URL RUNS`.
"""

import asyncio
from importlib import import_module

import uvloop

from pointsman.bench.peers.tally import STEPS, Tally, check_left, measure_peer

WORKERS = 4
CONCURRENCY = 10
CONNECTIONS = 20


async def _execute(url: str, runs: int, tally: Tally) -> None:
    peer = import_module("procrastinate")
    app = peer.App(connector=peer.PsycopgConnector(conninfo=url, min_size=CONNECTIONS, max_size=CONNECTIONS))
    done = asyncio.Event()

    async def step(number: int) -> None:
        tally.begin()
        if number < STEPS:
            await task.defer_async(number=number + 1)
        if tally.end():
            done.set()

    task = app.task(name="step")(step)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await task.batch_defer_async(*[{"number": 1}] * runs)
        workers = [
            asyncio.create_task(
                app.run_worker_async(concurrency=CONCURRENCY, delete_jobs="successful", install_signal_handlers=False)
            )
            for _ in range(WORKERS)
        ]
        await done.wait()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        left = await app.connector.execute_query_one_async("SELECT count(*) AS count FROM procrastinate_jobs")
        check_left(left["count"])


if __name__ == "__main__":
    measure_peer(lambda url, runs, tally: uvloop.run(_execute(url, runs, tally)))
