"""`pointsman bench`: the benchmarks, each against its peers or floor in the same run."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pointsman.cli.output import say

app = typer.Typer(help="Measure Pointsman beside public peers and bare drivers.")

Out = Annotated[Path | None, typer.Option("--out", help="Where to write every figure as JSON.", show_default=False)]
Quick = Annotated[
    bool, typer.Option("--quick", help="A few seconds, to see that everything runs; figures mean little.")
]
Check = Annotated[bool, typer.Option("--check", help="Exit 1 when a bar is missed.")]

_DEFAULT_FOLDER = Path("bench-results")


@app.callback(invoke_without_command=True)
def bench(context: typer.Context, out: Out = None, *, quick: Quick = False, check: Check = False) -> None:
    """Run every benchmark, unless one is named."""
    if context.invoked_subcommand is None:
        _run("all", ("rules", "intake", "engine", "routing"), out, quick=quick, check=check)


@app.command()
def rules(out: Out = None, *, quick: Quick = False, check: Check = False) -> None:
    """Measure how fast rules decide: beside public engines, and as their number grows."""
    _run("rules", ("rules",), out, quick=quick, check=check)


@app.command()
def intake(out: Out = None, *, quick: Quick = False, check: Check = False) -> None:
    """Measure how fast leads come in over HTTP, beside the bare driver and a bare handler."""
    _run("intake", ("intake",), out, quick=quick, check=check)


@app.command()
def engine(out: Out = None, *, quick: Quick = False, check: Check = False) -> None:
    """Measure durable steps per second, beside public engines and with a million runs waiting."""
    _run("engine", ("engine",), out, quick=quick, check=check)


@app.command()
def routing(out: Out = None, *, quick: Quick = False, check: Check = False) -> None:
    """Measure how fast leads are given to people, beside the bare driver, and as the team grows."""
    _run("routing", ("routing",), out, quick=quick, check=check)


def _run(name: str, parts: tuple[str, ...], out: Path | None, *, quick: bool, check: bool) -> None:
    # Imported here: they bring the peers, and `pointsman --help` has no use for those.
    from rich.console import Console  # noqa: PLC0415

    from pointsman.bench import report  # noqa: PLC0415
    from pointsman.bench.engine import measure_engine  # noqa: PLC0415
    from pointsman.bench.intake import measure_intake  # noqa: PLC0415
    from pointsman.bench.routing import measure_routing  # noqa: PLC0415
    from pointsman.bench.rules import measure_rules  # noqa: PLC0415

    measures = {"rules": measure_rules, "intake": measure_intake, "engine": measure_engine, "routing": measure_routing}
    outcomes = []
    for part in parts:
        say(f"measuring {part} …")
        outcomes += measures[part](quick=quick)
    Console(width=None if sys.stdout.isatty() else 160).print(report.table(outcomes))
    path = out or _DEFAULT_FOLDER / f"{name}.json"
    report.write(path, name, outcomes)
    say(f"every figure is in {path}")
    missed = report.missed(outcomes)
    for comparison in missed:
        say(f"missed: {comparison.what}, {comparison.peer}: {comparison.ratio:.2f}, should be {comparison.bar}")
    if check and missed:
        raise typer.Exit(1)
