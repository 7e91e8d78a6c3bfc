"""The page that `pointsman simulate --plot` writes: a funnel, calls per hour and conversions per day, in one file."""

from collections.abc import Sequence
from html import escape

from pointsman.core.simulation_report import Report

_WIDTH, _ROW, _NAMES, _FIGURES = 760, 24, 240, 110
_CHART_HEIGHT, _FOOT, _HEAD = 160, 22, 16
_MOST_TICKS = 24
_LONGEST_NAME = 34

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: simulation</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff; max-width: 800px;
  margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
svg {{ width: 100%; height: auto; font: 12px system-ui, sans-serif; }}
rect {{ fill: #2f6fde; }} text {{ fill: currentColor; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #e6eaf0; background: #14181f; }} rect {{ fill: #6ea1ff; }} }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{summary}</p>
<h2>Leads that reached each node</h2>
{funnel}
<h2>Calls by hour of the lead's day</h2>
{hours}
<h2>Conversions by day since arrival</h2>
{conversions}
</body>
</html>
"""


def draw_page(title: str, report: Report) -> str:
    """Draw a report as an HTML page that needs nothing from elsewhere."""
    ends, calls, times = report.terminal, report.calls, report.time_to_conversion
    summary = (
        f"{report.population:,} leads, {report.days} days from {report.start:%Y-%m-%d %H:%M} UTC, seed {report.seed}: "
        f"{ends.completed:,} converted, {ends.dropped:,} dropped, {ends.active:,} on their way, "
        f"{ends.failed:,} failed. "
        f"{calls.placed:,} calls, {calls.outside_hours:,} of them outside the allowed hours."
    )
    return _PAGE.format(
        title=escape(title),
        summary=escape(summary),
        funnel=_rows(
            [(stage.label, stage.leads, f"{stage.leads:,} ({stage.share:.1%})") for stage in report.funnel],
            report.population,
        ),
        hours=_columns([(str(hour), count) for hour, count in enumerate(calls.per_hour)], "calls per hour"),
        conversions=_columns([(str(part.day), part.count) for part in times.histogram], "conversions per day")
        if times.count
        else "<p>No lead converted.</p>",
    )


def _rows(rows: Sequence[tuple[str, int, str]], most: int) -> str:
    """Draw named bars, one below the other."""
    room = _WIDTH - _NAMES - _FIGURES
    parts = [_open(_ROW * len(rows), "leads per node")]
    for at, (name, value, figure) in enumerate(rows):
        top, length = at * _ROW, room * value / most
        middle = top + _ROW * 0.7
        shown = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        parts += [
            f'<text x="{_NAMES - 8}" y="{middle:.1f}" text-anchor="end">{escape(shown)}</text>',
            f'<rect x="{_NAMES}" y="{top + 3}" width="{length:.1f}" height="{_ROW - 6}"/>',
            f'<text x="{_NAMES + length + 6:.1f}" y="{middle:.1f}">{escape(figure)}</text>',
        ]
    return "\n".join([*parts, "</svg>"])


def _columns(columns: Sequence[tuple[str, int]], label: str) -> str:
    """Draw bars side by side, each with its name below and its value as a title."""
    most, wide = max((value for _, value in columns), default=0) or 1, _WIDTH / len(columns)
    every = -(-len(columns) // _MOST_TICKS)
    parts = [_open(_HEAD + _CHART_HEIGHT + _FOOT, label), f'<text x="0" y="11">{most:,}</text>']
    for at, (name, value) in enumerate(columns):
        left, height = at * wide, _CHART_HEIGHT * value / most
        top = _HEAD + _CHART_HEIGHT - height
        parts.append(
            f'<rect x="{left + wide * 0.1:.1f}" y="{top:.1f}" width="{wide * 0.8:.1f}" height="{height:.1f}">'
            f"<title>{escape(name)}: {value:,}</title></rect>"
        )
        if at % every == 0:
            parts.append(
                f'<text x="{left + wide / 2:.1f}" y="{_HEAD + _CHART_HEIGHT + 15}" text-anchor="middle">'
                f"{escape(name)}</text>"
            )
    return "\n".join([*parts, "</svg>"])


def _open(height: int, label: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">'
