"""The first accounts are made once, with passwords that nobody can guess."""

from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from console import new_password, seed_accounts
from console.staff_accounts import UnknownAccountError
from core import clock
from core.house import House, build_house
from core.models import Role, Staff
from core.settings import Settings
from hotline import schema
from tests.write_turn import hashing_watched


def test_made_once_with_random_passwords(tmp_path: Path) -> None:
    database = build_house(Settings(data_folder=tmp_path, redis_url="redis://127.0.0.1:1")).database
    schema.upgrade(database.engine)
    with database.transaction() as session:
        made = seed_accounts(session, clock.now())
    with database.transaction() as session:
        assert seed_accounts(session, clock.now()) == []
        staff = {row.sign_in: row for row in session.scalars(select(Staff))}
    assert {row.role for row in staff.values()} == {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}
    assert len({password for _, password in made}) == len(made) == 3
    assert all(check_password_hash(staff[sign_in].password_hash, password) for sign_in, password in made)
    assert all(row.password_hash.startswith("scrypt:") for row in staff.values())
    database.close()


def test_a_lost_password_is_replaced(tmp_path: Path) -> None:
    database = build_house(Settings(data_folder=tmp_path, redis_url="redis://127.0.0.1:1")).database
    schema.upgrade(database.engine)
    with database.transaction() as session:
        ((_, old), *_) = seed_accounts(session, clock.now())
    new = new_password(database, "agent")
    with pytest.raises(UnknownAccountError, match="nobody"):
        new_password(database, "nobody")
    with database.reading() as session:
        kept = session.scalars(select(Staff).where(Staff.sign_in == "agent")).one().password_hash
    assert check_password_hash(kept, new)
    assert not check_password_hash(kept, old)
    database.close()


def test_nobody_waits_while_a_new_password_is_hashed(installation: House) -> None:
    with hashing_watched(installation) as could_write:
        new_password(installation.database, "li")
    assert could_write == [True]
