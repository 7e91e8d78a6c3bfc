"""procrastinate: a chain of jobs, each deferring the next.

Its documented means for throughput are concurrency within a worker, several workers, and deleting finished jobs. A
worker fetches one job at a time, so a few workers in the process are faster than one, and more are not.

Run as `python -m pointsman.bench.peers.procrastinate_jobs URL RUNS`.
"""

import asyncio

import uvloop
from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONValue

from pointsman.bench.peers.tally import STEPS, Tally, check_left, measure_peer

WORKERS = 4
CONCURRENCY = 10
CONNECTIONS = 20


async def _execute(url: str, runs: int, tally: Tally) -> None:
    app = App(connector=PsycopgConnector(conninfo=url, min_size=CONNECTIONS, max_size=CONNECTIONS))
    done = asyncio.Event()

    @app.task(name="step")
    async def step(number: int) -> None:
        tally.begin()
        if number < STEPS:
            await step.defer_async(number=number + 1)
        if tally.end():
            done.set()

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        first: dict[str, JSONValue] = {"number": 1}
        await step.batch_defer_async(*[first] * runs)
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
