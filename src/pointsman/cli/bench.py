"""`pointsman bench`: the benchmarks."""

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure Pointsman beside public peers."""
