"""SLAs and stale alerts: what is promised about the leads that a ruleset gives out."""

from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, insert, select, update

from pointsman.core.alerts import AlertKind
from pointsman.storage.tables import rulesets, slas, stale_alerts, webhook_endpoints

_TABLES: dict[AlertKind, Table] = {"sla": slas, "stale": stale_alerts}


def find_alert(tx: Connection, kind: AlertKind, org_id: str, ruleset_id: str) -> Row[Any] | None:
    """Find what is promised about a ruleset's leads, with what callers call the ruleset and the webhook's address."""
    table = _TABLES[kind]
    return tx.execute(_with_names(table).where(table.c.org_id == org_id, table.c.ruleset_id == ruleset_id)).first()


def get_alert(tx: Connection, kind: AlertKind, org_id: str, ruleset_id: str) -> Row[Any]:
    """As `find_alert`, for one that is there."""
    table = _TABLES[kind]
    mine = (table.c.org_id == org_id, table.c.ruleset_id == ruleset_id)
    return tx.execute(_with_names(table).where(*mine)).one()


def list_alerts(tx: Connection, kind: AlertKind, org_id: str) -> list[Row[Any]]:
    """List what is promised about the leads of rulesets that are not deleted, oldest promise first."""
    table = _TABLES[kind]
    mine = (table.c.org_id == org_id, rulesets.c.deleted_at.is_(None))
    return list(tx.execute(_with_names(table).where(*mine).order_by(table.c.id)))


def insert_alert(tx: Connection, kind: AlertKind, **values: Any) -> None:
    """Add a promise about a ruleset's leads."""
    tx.execute(insert(_TABLES[kind]).values(**values))


def update_alert(tx: Connection, kind: AlertKind, alert_id: str, **values: Any) -> None:
    """Change a promise."""
    table = _TABLES[kind]
    tx.execute(update(table).where(table.c.id == alert_id).values(**values))


def delete_alert(tx: Connection, kind: AlertKind, alert_id: str) -> None:
    """Promise nothing any more."""
    table = _TABLES[kind]
    tx.execute(delete(table).where(table.c.id == alert_id))


def _with_names(table: Table) -> Select[Any]:
    return (
        select(table, rulesets.c.ref.label("ruleset_ref"), webhook_endpoints.c.url.label("webhook_url"))
        .join(rulesets, rulesets.c.id == table.c.ruleset_id)
        .outerjoin(webhook_endpoints, webhook_endpoints.c.id == table.c.endpoint_id)
    )
