"""What a person at a terminal is told when something is wrong: one sentence, and what to do."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from hotline.cli import main
from tests.house import ROOT, free_port

WORDS = str(ROOT / "simulator" / "callers" / "en_yes.wav")


def told(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    environment |= {"HOTLINE_DATA_FOLDER": str(folder), "HOTLINE_PORT": str(free_port())}
    command = [sys.executable, "-m", "hotline", *arguments]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode in {1, 2}
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())


def test_a_file_that_is_no_sound_is_refused_before_a_call_is_placed(tmp_path: Path) -> None:
    assert "is no sound file" in told(tmp_path, "call", str(ROOT / "README.md"))


def test_a_call_where_no_hotline_runs_says_how_to_start_it(tmp_path: Path) -> None:
    output = told(tmp_path, "call", WORDS)
    assert "No hotline answers" in output
    assert "make run" in output


def test_a_worker_of_a_queue_that_does_not_exist_is_refused() -> None:
    refused = CliRunner().invoke(main, ["worker", "speach"])
    assert refused.exit_code == 2
    assert "'default', 'outgoing', 'speech'" in refused.output
