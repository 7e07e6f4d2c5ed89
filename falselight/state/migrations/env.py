"""Alembic's entry: run our migrations on the connection that State hands over."""

from __future__ import annotations

from alembic import context

from falselight.state.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
