"""`pointsman report`: the figures of a month, as the API's summary has them."""

from dataclasses import dataclass

from sqlalchemy import Connection

from pointsman.bootstrap import App
from pointsman.cli.database import with_app
from pointsman.cli.output import show_table
from pointsman.core.errors import Invalid
from pointsman.core.periods import read_period
from pointsman.services.analytics import SpeedToLead, Summary, summarise
from pointsman.settings import Settings
from pointsman.storage.access import list_organizations

_NO_SPEED = SpeedToLead(median_minutes=None, p90_minutes=None, sla_target_minutes=None, sla_met_rate=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportOrder:
    """Which figures are wanted; without a period, those of the current month."""

    org: str | None
    period: str | None
    ruleset: str | None
    timezone: str


def report(settings: Settings, order: ReportOrder) -> None:
    """Print the figures of a month as tables."""

    async def work(app: App) -> Summary:
        now = app.clock()
        period = read_period(order.period, None, order.timezone, now)
        return await app.db.read(lambda tx: summarise(tx, _organization(tx, order.org), period, order.ruleset, now))

    _show(with_app(settings, work))


def _organization(tx: Connection, name: str | None) -> str:
    """Find the organization; without a name there must be only one."""
    found = {row.name: row.id for row in list_organizations(tx)}
    if name is not None and name not in found:
        raise Invalid(f"there is no organization {name}")
    if name is None and len(found) != 1:
        raise Invalid(f"say which organization with --org: {', '.join(sorted(found)) or 'there is none yet'}")
    return str(found[name]) if name is not None else str(next(iter(found.values())))


def _show(summary: Summary) -> None:
    speed = summary.speed_to_lead or _NO_SPEED
    sold, ms = summary.conversions, summary.routing_efficiency.routing_ms
    show_table(
        (summary.period, summary.timezone),
        [
            ("leads routed", f"{summary.total_leads_routed:,}"),
            (
                "found nobody",
                _percent(summary.fallback_rate) + (" (too many)" if summary.fallback_rate_warning else ""),
            ),
            ("placed from the queue", f"{summary.placed_from_queue:,}"),
            ("routed again", f"{summary.rerouted:,}"),
            ("assigned by hand", f"{summary.assigned_by_hand:,}"),
            ("routing time, median and p90", f"{_number(ms.median, ' ms')}, {_number(ms.p90, ' ms')}"),
            ("first response, median", _number(speed.median_minutes, " min")),
            ("first response, p90", _number(speed.p90_minutes, " min")),
            ("promises kept", _percent(speed.sla_met_rate)),
            ("converted", f"{sold.leads_converted:,} ({_percent(sold.conversion_rate)})"),
            *((f"sold in {currency}", f"{amount:,.2f}") for currency, amount in sold.amount.items()),
        ],
    )
    _show_rows(summary)


def _show_rows(summary: Summary) -> None:
    converted = {one.rep_id: one.leads_converted for one in summary.routing_efficiency.by_rep}
    print()
    show_table(
        ("rep", "leads", "first response", "promises kept", "meetings", "converted"),
        [
            (
                one.rep_id,
                f"{one.leads_assigned:,}",
                _number(one.avg_first_response_minutes, " min"),
                _percent(one.sla_met_rate),
                f"{one.meetings_booked:,} ({_percent(one.meeting_rate)})",
                f"{converted[one.rep_id]:,}",
            )
            for one in summary.rep_distribution
        ],
    )
    print()
    show_table(
        ("rule", "ruleset", "leads", "share"),
        [
            (one.rule or "(nobody)", one.ruleset_id or "", f"{one.leads:,}", _percent(one.share))
            for one in summary.routing_efficiency.by_rule
        ],
    )


def _number(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:,.2f}{unit}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
