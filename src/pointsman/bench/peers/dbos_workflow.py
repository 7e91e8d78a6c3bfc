"""DBOS: a workflow of five steps.

Of what we tried (synchronous and asynchronous workflows, queues, 1 to 16 threads, 10 to 50 at once), synchronous
workflows in four threads were fastest, and a little faster still without a ping per connection taken from the pool.

Run as `python -m pointsman.bench.peers.dbos_workflow URL RUNS`.
"""

from importlib import import_module

from pointsman.bench.peers.tally import STEPS, Tally, check_left, measure_peer

THREADS = 4
CONNECTIONS = 20


def _execute(url: str, runs: int, tally: Tally) -> None:
    dbos = import_module("dbos").DBOS

    def step() -> None:
        tally.begin()
        tally.end()

    def workflow() -> None:
        for _ in range(STEPS):
            durable_step()

    durable_step, durable_workflow = dbos.step()(step), dbos.workflow()(workflow)
    dbos(
        config={
            "name": "bench",
            "system_database_url": url,
            "sys_db_pool_size": CONNECTIONS,
            "db_engine_kwargs": {"pool_pre_ping": False},
            "max_executor_threads": THREADS,
            "log_level": "ERROR",
        }
    )
    dbos.launch()
    handles = [dbos.start_workflow(durable_workflow) for _ in range(runs)]
    for handle in handles:
        handle.get_result()
    check_left(runs - len(dbos.list_workflows(status="SUCCESS", load_input=False, load_output=False)))
    dbos.destroy()


if __name__ == "__main__":
    measure_peer(_execute)
