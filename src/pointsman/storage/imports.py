"""Imports: files that were uploaded, how far they are, and the rows that were refused."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, or_, select, text, update

from pointsman.core.importing import ImportState
from pointsman.storage.bulk import insert_rows
from pointsman.storage.tables import import_files, import_rejects, imports, users

_RUNNING = text(f"imports.state = '{ImportState.RUNNING.value}'")
"""As the index of running imports says it, so that it is used."""


def insert_import(tx: Connection, content: bytes, **values: Any) -> None:
    """Add an import with its file."""
    tx.execute(insert(imports).values(**values))
    tx.execute(insert(import_files).values(import_id=values["id"], org_id=values["org_id"], content=content))


def get_import(tx: Connection, org_id: str, import_id: str) -> Row[Any] | None:
    """Find an import, with the name of who began it."""
    return tx.execute(_shown().where(imports.c.org_id == org_id, imports.c.id == import_id)).first()


def list_imports(tx: Connection, org_id: str, *, before: str | None, limit: int) -> Sequence[Row[Any]]:
    """List imports, newest first, from the one before `before` on; without files that were dropped unstarted."""
    query = _shown().where(*_listed(org_id))
    if before is not None:
        query = query.where(imports.c.id < before)
    return tx.execute(query.order_by(imports.c.id.desc()).limit(limit)).all()


def count_imports(tx: Connection, org_id: str) -> int:
    """Count the imports that are listed."""
    return tx.execute(select(func.count()).select_from(imports).where(*_listed(org_id))).scalar_one()


def hold_import(tx: Connection, org_id: str, import_id: str) -> Row[Any] | None:
    """Find an import, and keep others from changing it until the transaction ends."""
    query = select(imports).where(imports.c.org_id == org_id, imports.c.id == import_id)
    return tx.execute(query.with_for_update()).first()


def claim_query(now: datetime, limit: int, busy: Collection[str]) -> Select[Any]:
    """Write the statement that claims running imports nobody works on, the one that waits longest first."""
    due = (_RUNNING, imports.c.leased_until <= now)
    query = select(imports).where(*due, imports.c.id.not_in(sorted(busy))) if busy else select(imports).where(*due)
    return query.order_by(imports.c.leased_until).limit(limit).with_for_update(skip_locked=True)


def claim_imports(tx: Connection, now: datetime, limit: int, busy: Collection[str]) -> Sequence[Row[Any]]:
    """Claim running imports; they are ours until the transaction ends."""
    return tx.execute(claim_query(now, limit, busy)).all()


def update_import(tx: Connection, import_id: str, **values: Any) -> None:
    """Change an import."""
    tx.execute(update(imports).where(imports.c.id == import_id).values(**values))


def get_content(tx: Connection, import_id: str) -> bytes | None:
    """Read the file of an import; None when it was removed."""
    return tx.execute(select(import_files.c.content).where(import_files.c.import_id == import_id)).scalar()


def delete_content(tx: Connection, import_id: str) -> None:
    """Remove the file of an import."""
    tx.execute(delete(import_files).where(import_files.c.import_id == import_id))


def delete_unstarted(tx: Connection, org_id: str, before: datetime) -> None:
    """Forget files that were uploaded before a moment and never started."""
    forgotten = (imports.c.target_kind.is_(None), imports.c.created_at < before)
    tx.execute(delete(imports).where(imports.c.org_id == org_id, *forgotten))


def insert_rejects(tx: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store refused rows: import, row number, organization, reason, and the row as JSON text."""
    insert_rows(tx, [(import_rejects, rows)])


def list_rejects(tx: Connection, import_id: str, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """List refused rows in the order of the file, from the one after row `after` on."""
    query = select(import_rejects).where(import_rejects.c.import_id == import_id, import_rejects.c.row_number > after)
    return tx.execute(query.order_by(import_rejects.c.row_number).limit(limit)).all()


def _listed(org_id: str) -> tuple[ColumnElement[bool], ...]:
    was_started = imports.c.target_kind.is_not(None)
    return imports.c.org_id == org_id, or_(was_started, imports.c.state == ImportState.UPLOADED)


def _shown() -> Select[Any]:
    return select(imports, users.c.name.label("user_name")).outerjoin(users, users.c.id == imports.c.user_id)
