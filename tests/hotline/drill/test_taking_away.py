"""SQLite taken away by a stranger's lock: whoever writes is told, whoever reads goes on, and then all is as before."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.database import Database
from hotline.drill.live.taking_away import locked


def test_while_a_stranger_holds_the_lock_nobody_writes_and_everybody_reads(tmp_path):
    file = tmp_path / "one.sqlite3"
    database = Database(f"sqlite:///{file}", seconds_to_wait=0.05)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE numbers AS SELECT 7 AS number"))
    with locked(file):
        with pytest.raises(OperationalError), database.transaction() as session:
            session.execute(text("DELETE FROM numbers"))
        with database.reading() as session:
            assert session.scalar(text("SELECT number FROM numbers")) == 7
    with database.transaction() as session:
        session.execute(text("UPDATE numbers SET number = 8"))
    database.close()
