"""DBOS: a workflow of five steps.

Of what we tried (synchronous and asynchronous workflows, queues, 1 to 16 threads, 10 to 50 at once), synchronous
workflows in four threads were fastest, and a little faster still without a ping per connection taken from the pool.

Run as `python -m pointsman.bench.peers.dbos_workflow URL RUNS`.
"""

from dbos import DBOS, DBOSConfig

from pointsman.bench.peers.tally import STEPS, Tally, check_left, measure_peer

THREADS = 4
CONNECTIONS = 20


def _execute(url: str, runs: int, tally: Tally) -> None:
    @DBOS.step()
    def step() -> None:
        tally.begin()
        tally.end()

    @DBOS.workflow()
    def workflow() -> None:
        for _ in range(STEPS):
            step()

    config = DBOSConfig(
        name="bench",
        system_database_url=url,
        sys_db_pool_size=CONNECTIONS,
        db_engine_kwargs={"pool_pre_ping": False},
        max_executor_threads=THREADS,
        log_level="ERROR",
    )
    DBOS(config=config)
    DBOS.launch()
    handles = [DBOS.start_workflow(workflow) for _ in range(runs)]
    for handle in handles:
        handle.get_result()
    check_left(runs - len(DBOS.list_workflows(status="SUCCESS", load_input=False, load_output=False)))
    DBOS.destroy()


if __name__ == "__main__":
    measure_peer(_execute)
