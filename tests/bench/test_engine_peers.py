"""A peer has a figure when it did all of its work; else there is a reason."""

from pathlib import Path

import pytest

from pointsman.bench.engine import _PeerInTurn
from pointsman.bench.engine_peers import Peer, PeerError, steps_per_second
from pointsman.bench.measure import Bar, NotMeasured
from pointsman.bench.peers.tally import STEPS, Tally

RUNS = 3


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Peer:
    """A peer whose work is whatever a test writes into its module."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return Peer(package="pytest", module="someone", runs=RUNS, bar=Bar(least=2))


def measure(peer: Peer, tmp_path: Path, program: str, within: float = 30) -> float:
    (tmp_path / "someone.py").write_text(program)
    return steps_per_second(peer, "postgresql://nowhere", RUNS, within=within)


def test_the_figure_is_steps_per_second(peer: Peer, tmp_path: Path) -> None:
    program = """print("hello"); print('{"steps": 15, "seconds": 0.5}')"""
    assert measure(peer, tmp_path, program) == 30.0


def test_steps_that_were_executed_twice_do_not_count(peer: Peer, tmp_path: Path) -> None:
    assert measure(peer, tmp_path, """print('{"steps": 21, "seconds": 0.5}')""") == 30.0


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("""print('{"steps": 14, "seconds": 0.5}')""", "executed 14 of 15 steps"),
        ("raise ValueError('no such table')", "ended with code 1: ValueError: no such table"),
        ("raise SystemExit(3)", "ended with code 3: it said nothing"),
        ("print('hello')", "what it found cannot be read"),
        ("", "what it found cannot be read"),
    ],
)
def test_a_peer_that_did_not_do_its_work_has_a_reason(peer: Peer, tmp_path: Path, program: str, reason: str) -> None:
    with pytest.raises(PeerError, match=f"^{reason}$"):
        measure(peer, tmp_path, program)


def test_a_peer_that_does_not_come_to_an_end_is_stopped(peer: Peer, tmp_path: Path) -> None:
    with pytest.raises(PeerError, match=r"not done within 0\.2 seconds"):
        measure(peer, tmp_path, "import signal; signal.pause()", within=0.2)


def test_a_peer_that_is_not_installed_is_said_to_be() -> None:
    peer = Peer(package="nowhere", module="nowhere", runs=RUNS, bar=Bar(least=2))
    with pytest.raises(PeerError, match=r"nowhere is not installed \(pip install 'pointsman\[bench\]'\)"):
        steps_per_second(peer, "postgresql://nowhere", RUNS)


class Server:
    """A database server that only counts."""

    databases = 0

    def psql(self, statement: str) -> None:
        self.databases += statement.startswith("CREATE")

    def get_uri(self, name: str) -> str:
        return f"postgresql://nowhere/{name}"


def test_a_peer_that_failed_is_not_tried_again_and_not_compared(peer: Peer, tmp_path: Path) -> None:
    (tmp_path / "someone.py").write_text("raise ValueError('no such table')")
    server = Server()
    in_turn = _PeerInTurn(peer, server, RUNS)
    figures = {peer.package: [in_turn.measure(), in_turn.measure()]}
    assert server.databases == 1
    assert in_turn.beside("PostgreSQL", [1.0, 1.0], figures, peer.bar) == NotMeasured(
        what="engine, PostgreSQL: five steps per run",
        peer="pytest",
        reason="ended with code 1: ValueError: no such table",
    )


def test_a_tally_tells_the_last_step() -> None:
    tally = Tally(STEPS)
    tally.begin()
    assert [tally.end() for _ in range(STEPS)] == [False] * (STEPS - 1) + [True]
    assert tally.found().steps == STEPS
    assert tally.found().seconds > 0
