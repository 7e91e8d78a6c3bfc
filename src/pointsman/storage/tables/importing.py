"""Files that are being taken in: the file, how far it is, and the rows that were refused."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from pointsman.core import importing as words
from pointsman.storage.columns import Document, Id, Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_

imports = Table(
    "imports",
    metadata,
    id_(),
    org_(),
    Column("user_id", Id),
    Column("file_name", String(255), nullable=False),
    Column("target_kind", String(16)),
    Column("target_id", Id),
    # What is done with the file: its columns, what each becomes, the source of its leads, and when it was started.
    Column("mapping", Document, nullable=False),
    Column("state", String(16), nullable=False),
    Column("total_rows", Integer, nullable=False),
    # How many rows are done, in the order of the file: where it goes on after a stop.
    Column("done_rows", Integer, nullable=False),
    Column("accepted_rows", Integer, nullable=False),
    Column("rejected_rows", Integer, nullable=False),
    Column("error", Text),
    # Who works on it, and until when.
    Column("token", Integer, nullable=False),
    Column("leased_until", Moment),
    created_(),
    Column("finished_at", Moment),
    one_of_("target_kind", words.TargetKind),
    one_of_("state", words.ImportState),
    Index(None, "org_id", "id"),
    Index("ix_imports_running", "leased_until",
          sqlite_where=text("state = 'running'"), postgresql_where=text("state = 'running'")),
)  # fmt: skip

# Apart from its import, which is read often. Emptied when the import is over.
import_files = Table(
    "import_files",
    metadata,
    Column("import_id", Id, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    org_(),
    Column("content", LargeBinary, nullable=False),
)

import_rejects = Table(
    "import_rejects",
    metadata,
    Column("import_id", Id, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    org_(),
    Column("reason", Text, nullable=False),
    Column("row", Record, nullable=False),
)
