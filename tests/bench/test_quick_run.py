"""The benchmarks run, and say what they measured. What the figures are is not a test's business.

As a process of their own: warnings are errors in tests, and the peers have theirs.
"""

import json
import subprocess
from pathlib import Path

import pytest

from tests.journey.processes import POINTSMAN


def run(tmp_path: Path, part: str) -> dict:
    out = tmp_path / "figures.json"
    subprocess.run([POINTSMAN, "bench", part, "--quick", "--out", out], check=True, capture_output=True)
    return json.loads(out.read_text())


def test_every_peer_is_measured_or_said_to_be_missing(tmp_path: Path) -> None:
    found = run(tmp_path, "rules")
    peers = {row["peer"].partition(",")[0] for row in found["results"]}
    assert peers >= {"common-expression-language", "json-logic-qubit", "rule-engine", "zen-engine"}
    assert any("10,000 keyed rules" in row["what"] for row in found["results"])


@pytest.mark.prove
def test_intake_is_measured_on_both_databases_in_bulk_and_single(tmp_path: Path) -> None:
    found = run(tmp_path, "intake")
    assert [row["what"].partition(":")[0] for row in found["results"]] == ["intake, SQLite"] * 2 + [
        "intake, PostgreSQL"
    ] * 2
    assert all(row["ratio"] > 0 for row in found["results"])
    assert found["machine"]["cores"] >= 1


@pytest.mark.prove
def test_the_engine_is_measured_beside_every_peer_and_beside_itself(tmp_path: Path) -> None:
    found = run(tmp_path, "engine")
    rows = {(row["what"].partition(":")[0], row["peer"].partition(" ")[0]) for row in found["results"]}
    peers = {"procrastinate", "pgqueuer", "dbos", "none"}
    assert rows >= {(f"engine, {name}", peer) for name in ("PostgreSQL", "SQLite") for peer in peers}
    assert ("engine, PostgreSQL", "one") in rows
    assert all(row["ratio"] > 0 for row in found["results"] if "not_measured" not in row)
