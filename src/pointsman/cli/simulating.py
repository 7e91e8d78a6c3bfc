"""`pointsman simulate`: a population goes through a workflow, and what came of it is shown."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pointsman.bootstrap import App
from pointsman.cli.database import with_app
from pointsman.cli.output import say, show_table
from pointsman.cli.simulation_page import draw_page
from pointsman.core.errors import Invalid
from pointsman.core.simulation import Population, Progress, simulate
from pointsman.core.simulation_report import Report
from pointsman.core.values import Json
from pointsman.services.simulations import Rehearsal, read_outcomes, read_start, rehearse_any_workflow
from pointsman.settings import Settings

_BAR = 20
_TWO_DAYS = 48
_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulationOrder:
    """What to simulate, and where the answer goes besides the terminal."""

    workflow: str
    leads: int
    days: int
    seed: int
    start: str | None
    outcomes: Path | None
    as_json: bool
    plot: Path | None


def simulate_workflow(settings: Settings, order: SimulationOrder) -> None:
    """Simulate, and print what was found."""
    model = read_outcomes(_read_json(order.outcomes) if order.outcomes else None)

    async def prepare(app: App) -> tuple[Rehearsal, Population]:
        rehearsal = await app.db.read(lambda tx: rehearse_any_workflow(tx, order.workflow))
        start = read_start(order.start, rehearsal.settings, app.clock())
        return rehearsal, Population(leads=order.leads, days=order.days, seed=order.seed, start=start)

    rehearsal, population = with_app(settings, prepare)
    with _progress() as progress:
        report = simulate(rehearsal.graph, rehearsal.settings, population, model, progress=progress)
    if order.as_json:
        print(msgspec.json.format(msgspec.json.encode(report)).decode(), flush=True)
    else:
        show_report(rehearsal.title, report)
    if order.plot is not None:
        order.plot.write_text(draw_page(rehearsal.title, report), encoding="utf-8")
        say(f"the page is in {order.plot}")


def show_report(title: str, report: Report) -> None:
    """Print a report as tables with bars."""
    print(f"{title}: {report.population:,} leads, {report.days} days from {report.start:%a %Y-%m-%d %H:%M} UTC, "
          f"seed {report.seed}\n")  # fmt: skip
    leads = draw_bars([stage.leads for stage in report.funnel], report.population)
    show_table(
        ("node", "leads", "share", "visits", "waiting", ""),
        [
            (node.label, f"{stage.leads:,}", f"{stage.share:.1%}", f"{node.entered:,}", f"{node.waiting:,}", bar)
            for node, stage, bar in zip(report.nodes, report.funnel, leads, strict=True)
        ],
    )
    calls = report.calls
    if calls.placed:
        print()
        hours = draw_bars(calls.per_hour, max(calls.per_hour))
        show_table(
            ("local hour", "calls", ""),
            [(f"{hour:02}:00", f"{calls.per_hour[hour]:,}", bar) for hour, bar in enumerate(hours)],
        )
    print()
    for line in _totals(report):
        print(line)
    sys.stdout.flush()


def draw_bars(values: Sequence[int], most: int) -> list[str]:
    """Draw each value as a bar of block characters; the longest stands for `most`."""
    bars = []
    for value in values:
        eighths = -(-value * _BAR * 8 // most) if most else 0
        bars.append(("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip())
    return bars


def _totals(report: Report) -> Iterator[str]:
    ends, calls, times = report.terminal, report.calls, report.time_to_conversion
    yield (f"leads    converted {ends.completed:,}, dropped {ends.dropped:,}, still on their way {ends.active:,}, "
           f"failed {ends.failed:,}")  # fmt: skip
    outcomes = ", ".join(f"{name} {count:,}" for name, count in calls.by_outcome.items() if count)
    yield f"calls    {calls.placed:,} placed{': ' if outcomes else ''}{outcomes}"
    deferred = ", ".join(f"{cause} {count:,}" for cause, count in calls.deferred.items() if count)
    yield f"waited   {deferred or 'no call had to wait'}"
    yield f"outside  {calls.outside_hours:,} calls outside the allowed hours"
    if times.median_hours is None or times.p90_hours is None:
        yield "time     no lead converted"
    else:
        half, most = _spell_hours(times.median_hours), _spell_hours(times.p90_hours)
        yield f"time     half of the conversions within {half}, 90 % within {most}"


def _spell_hours(hours: float) -> str:
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.1f} hours" if hours < _TWO_DAYS else f"{hours / 24:.1f} days"


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Show on a terminal how far a simulation is."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} % of the days"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _read_json(path: Path) -> Json:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as problem:
        raise Invalid(f"{path} is not JSON: {problem}") from problem
