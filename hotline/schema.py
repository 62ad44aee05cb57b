"""Brings the database's tables up to date; the migrations themselves are in migrations/versions."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest revision, in one transaction."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def draft_revision(engine: Engine, message: str) -> None:
    """Write the revision that takes the database to what core.models says (for developers)."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(
            config, message, autogenerate=True, rev_id=f"{len(list((_MIGRATIONS / 'versions').glob('0*.py'))) + 1:04d}"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
