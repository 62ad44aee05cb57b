"""Runs the migrations on the connection that `hotline.schema` hands over."""

from typing import Any, Literal

from alembic import context

import core.models  # noqa: F401  (makes every table known)
from core.database import Base, UtcDateTime


def _render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as plain SQL ones: a migration must not depend on the code of another day."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
