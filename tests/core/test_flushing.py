"""What was committed on SQLite outlives a power cut, and those who commit at the same time share one flush."""

import os
import shutil
import threading

import pytest

from core import flushing
from core.database import Base, Database
from core.models import OrderNumber
from tests.house import until


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path / 'hotline.sqlite3'}")
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()


class Disk:
    """Takes what is flushed, and nothing else: all that is left after a power cut."""

    def __init__(self, folder):
        self.folder, self.left = folder, folder / "left"
        self.flushes = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def flush(self, log):
        os.fsync(log)
        self.flushes += 1
        self.may_go_on.wait(10)
        shutil.rmtree(self.left, ignore_errors=True)
        self.left.mkdir()
        for file in self.folder.glob("hotline.sqlite3*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, self.left / file.name)

    def days_after_a_power_cut(self):
        found = Database(f"sqlite:///{self.left / 'hotline.sqlite3'}")
        with found.reading() as session:
            days = {row.day for row in session.query(OrderNumber)}
        found.close()
        return days


@pytest.fixture
def disk(tmp_path, monkeypatch):
    taking = Disk(tmp_path)
    monkeypatch.setattr(flushing, "_flush_data", taking.flush)
    return taking


def write(database, day):
    with database.transaction() as session:
        session.add(OrderNumber(day=day, last=1))


def test_whoever_was_told_that_it_is_kept_finds_it_after_a_power_cut(database, disk):
    for number in range(3):
        write(database, f"2026030{number}")
        assert disk.days_after_a_power_cut() == {f"2026030{one}" for one in range(number + 1)}


def test_those_who_commit_during_a_flush_share_the_next(database, disk):
    disk.may_go_on.clear()
    days = [f"202603{number:02}" for number in range(1, 9)]
    writers = [threading.Thread(target=write, args=(database, day)) for day in days]
    writers[0].start()
    until(lambda: disk.flushes == 1, 10)
    for writer in writers[1:]:
        writer.start()

    def committed():
        with database.reading() as session:
            return session.query(OrderNumber).count()

    until(lambda: committed() == len(days), 10)  # none of them holds the write lock while it waits for the disk
    assert all(writer.is_alive() for writer in writers)
    disk.may_go_on.set()
    for writer in writers:
        writer.join(10)
    assert disk.flushes <= 3  # one was begun, one is for all who waited, one for who asked just then
    assert disk.days_after_a_power_cut() == set(days)


def test_a_disk_that_takes_nothing_more_is_told(database, monkeypatch):
    def full(_log):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(flushing, "_flush_data", full)
    with pytest.raises(OSError, match="No space"):
        write(database, "20260301")
    monkeypatch.undo()
    write(database, "20260302")  # whoever comes next tries anew
    with database.reading() as session:
        assert session.query(OrderNumber).count() == 2


def test_a_log_that_was_brought_home_needs_no_flush(database):
    write(database, "20260301")
    log = database.engine.url.database + "-wal"
    database.close()
    assert not os.path.exists(log)  # noqa: PTH110
    database._flushing.wait()
