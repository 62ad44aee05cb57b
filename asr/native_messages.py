"""Catches what native code writes to standard error, as vosk says why a model can't be loaded nowhere else."""

import os
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_STANDARD_ERROR = 2


class NativeMessages:
    """What was written while it was caught."""

    def __init__(self) -> None:
        self.text = ""

    def reason(self) -> str:
        """Return the last error that Kaldi told, without file and line; empty when it told none."""
        errors = [line.partition(") ")[2] for line in self.text.splitlines() if line.startswith("ERROR (")]
        return errors[-1].strip() if errors else ""


@contextmanager
def caught_standard_error(messages: NativeMessages) -> Iterator[None]:
    """Hold back the process's standard error meanwhile, from every thread; afterwards pass on what must not be lost.

    On success that is everything; on an error only log lines (JSON), since the rest is Kaldi's list of options and
    stack, which would bury the reason.
    """
    with _lock, tempfile.TemporaryFile() as file:
        sys.stderr.flush()
        original = os.dup(_STANDARD_ERROR)
        os.dup2(file.fileno(), _STANDARD_ERROR)
        keep = b"{"
        try:
            yield
            keep = b""
        finally:
            sys.stderr.flush()
            os.dup2(original, _STANDARD_ERROR)
            os.close(original)
            file.seek(0)
            lines = file.read().splitlines(keepends=True)
            messages.text = b"".join(lines).decode(errors="replace")
            _pass_on(line for line in lines if line.startswith(keep))


def _pass_on(lines: Iterable[bytes]) -> None:
    with open(_STANDARD_ERROR, "wb", closefd=False) as standard_error:
        standard_error.writelines(lines)
