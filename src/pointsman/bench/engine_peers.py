"""Public engines that execute durable steps on PostgreSQL: what is started, and how its figure is read.

Every peer does its work in a process of its own and on a database of its own, in the fastest way of use that we found.
"""

import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

import msgspec

from pointsman.bench.measure import Bar
from pointsman.bench.peers.tally import STEPS, Found

PEER_SECONDS = 120.0
"""How long one measurement of a peer may take."""

_LONGEST_REASON = 200


class PeerError(RuntimeError):
    """A peer that could not be measured; the message is the reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """A public engine: its package, the module that works with it, how many runs take it some seconds, and our bar."""

    package: str
    module: str
    runs: int
    bar: Bar


PEERS = (
    Peer(
        package="procrastinate",
        module="pointsman.bench.peers.procrastinate_jobs",
        runs=800,
        bar=Bar(least=20),
    ),
    Peer(
        package="pgqueuer",
        module="pointsman.bench.peers.pgqueuer_jobs",
        runs=3000,
        bar=Bar(least=8),
    ),
    Peer(
        package="dbos",
        module="pointsman.bench.peers.dbos_workflow",
        runs=600,
        bar=Bar(least=30),
    ),
)


def steps_per_second(peer: Peer, url: str, runs: int, *, within: float = PEER_SECONDS) -> float:
    """Have a peer execute runs on an empty database; `PeerError` when it does not do all of them."""
    if find_spec(peer.package) is None:
        raise PeerError(f"{peer.package} is not installed (pip install 'pointsman[bench]')")
    command = [sys.executable, "-m", peer.module, url, str(runs)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=within, check=False)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        raise PeerError(f"not done within {within:g} seconds") from None
    if done.returncode:
        last_line = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise PeerError(f"ended with code {done.returncode}: {last_line[:_LONGEST_REASON]}")
    try:
        found = msgspec.json.decode(done.stdout.strip().rpartition("\n")[2], type=Found)
    except msgspec.DecodeError:
        raise PeerError("what it found cannot be read") from None
    if found.steps < STEPS * runs:
        raise PeerError(f"executed {found.steps} of {STEPS * runs} steps")
    return STEPS * runs / found.seconds
