"""One engine process that moves runs until none is due, and prints when it began and ended.

Run as `python -m pointsman.bench.engine_run URL`; see `engine_processes` for what is said to whom.
"""

import resource
import signal
import sys
import time

import msgspec
import uvloop

from pointsman.bench.engine_processes import READY, Moved
from pointsman.bench.engine_workload import count_due
from pointsman.bench.peers.tally import LONGEST_SECONDS
from pointsman.bootstrap import start
from pointsman.engine.engine import Engine
from pointsman.settings import Settings

_MAXRSS_PER_MIB = 2**20 if sys.platform == "darwin" else 2**10


async def _move_all(url: str) -> Moved:
    app = start(Settings(database_url=url))
    try:
        async with Engine(app) as engine:
            await app.db.read(count_due)
            _say(READY)
            sys.stdin.readline()
            begun = time.monotonic()
            while await engine.drain() or await app.db.read(count_due):
                pass
            ended = time.monotonic()
    finally:
        await app.db.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MAXRSS_PER_MIB
    return Moved(begun=begun, ended=ended, peak_mib=peak)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    signal.alarm(LONGEST_SECONDS)
    _say(msgspec.json.encode(uvloop.run(_move_all(sys.argv[1]))).decode())
