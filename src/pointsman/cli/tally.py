"""What has become of the rows of an import, while it runs and at its end."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pointsman.cli.output import say, show_table
from pointsman.connectors.spreadsheet.tables import Table
from pointsman.services.importing import BatchResult, Target

WAITING = "(waiting in the queue)"

ROWS_PER_LINE = 100_000
"""How often an import without a terminal says how far it is."""


@dataclass
class Tally:
    """Counts rows by what became of them, and leads by workflow and rule, or by the rep who got them."""

    run: str
    rows: int = 0
    routed: int = 0
    known: int = 0
    rejected: int = 0
    leads: Counter[tuple[str, str, str | None, str | None]] = field(default_factory=Counter)
    shares: Counter[tuple[str | None, str]] = field(default_factory=Counter)

    def add(self, rows: int, result: BatchResult) -> None:
        """Count a batch; what another run has stored was there already."""
        entered = sum(part.leads for part in result.entered) + sum(share.leads for share in result.shares)
        self.rows += rows
        self.known += result.known
        self.rejected += len(result.refused)
        if result.run == self.run:
            self.routed += entered
        else:
            self.known += entered
        for part in result.entered:
            self.leads[part.workflow_id, part.workflow, part.rule_id, part.rule] += part.leads
        for share in result.shares:
            self.shares[share.rep_id, share.rep] += share.leads

    def show(self, target: Target, seconds: float, rejects: Path) -> None:
        """Print where the leads are, and the totals."""
        default = "(default)" if target.processor_id else ""
        total = self.leads.total()
        if total:
            show_table(
                ("workflow", "rule", "leads", "share"),
                [
                    (workflow, rule or default, f"{leads:,}", f"{leads / total:.1%}")
                    for (_, workflow, _, rule), leads in self.leads.most_common()
                ],
            )
        self._show_shares()
        counts = f"routed {self.routed:,}, already there {self.known:,}, rejected {self.rejected:,}"
        print(f"{self.rows:,} rows: {counts}; {seconds:.1f} s, {self.rows / seconds:,.0f} rows/s", flush=True)
        if self.rejected:
            print(f"The rejected rows are in {rejects}, with reasons: mend them there and import that file.")

    def _show_shares(self) -> None:
        """Print who got how many leads, and how many wait."""
        total = self.shares.total()
        if total:
            show_table(
                ("rep", "name", "leads", "share"),
                [
                    (rep or WAITING, name, f"{leads:,}", f"{leads / total:.1%}")
                    for (rep, name), leads in self.shares.most_common()
                ],
            )


@contextmanager
def progress(table: Table, tally: Tally) -> Iterator[Callable[[], None]]:
    """Show how far an import is; call what this yields after each batch."""
    if not sys.stderr.isatty():
        yield lambda: _say_rows(tally)
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %  {task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("0 rows", total=table.size)
        yield lambda: bar.update(task, completed=table.position(), description=f"{tally.rows:,} rows")


def _say_rows(tally: Tally) -> None:
    if tally.rows % ROWS_PER_LINE == 0:
        say(f"{tally.rows:,} rows")
