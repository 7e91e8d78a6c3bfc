"""Alembic's entry: run the migrations on the connection that `storage.schema` hands over."""

from alembic import context

from pointsman.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
    render_item=context.config.attributes.get("render_item", lambda *_: False),
)
with context.begin_transaction():
    context.run_migrations()
