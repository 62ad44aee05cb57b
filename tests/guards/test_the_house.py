"""Rules worth keeping that no room can hold by itself."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

from core.queues import QUEUE_NAMES, Job
from core.settings import Settings, settings_table
from hotline.supervise import processes

ROOT = Path(__file__).parent.parent.parent
OUR_FILES = [
    path
    for pattern in ("*.py", "*.md", "*.toml", "*.html", "*.lock", "Makefile", "Procfile")
    for path in ROOT.rglob(pattern)
    if not {".venv", ".data", ".git", "node_modules", "build"} & set(path.relative_to(ROOT).parts)
]


@pytest.mark.parametrize("job", Job)
def test_every_job_can_be_imported(job: Job) -> None:
    module, _, name = job.value.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_queue_has_a_worker() -> None:
    commands = processes(Settings(redis_url="redis://127.0.0.1:1")).values()
    worked_on = {
        queue for command in commands if "worker" in command for queue in command[command.index("worker") + 1 :]
    }
    assert worked_on == set(QUEUE_NAMES)


def test_the_lock_files_name_no_address_and_pin_every_package_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?://|file:|--index|--find-links|--extra", text)
        packages = re.findall(r"^[a-z0-9][^\s]*==.*$", text, re.MULTILINE)
        assert packages
        assert all(line.endswith("\\") for line in packages)


def test_everything_the_project_needs_is_in_the_lock_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    wanted = {re.split(r"[\[><=;]", need)[0].strip() for need in project["project"]["dependencies"]}
    assert wanted <= locked


def test_the_settings_table_of_the_readme_is_the_one_of_the_code() -> None:
    assert settings_table() in (ROOT / "README.md").read_text(encoding="utf-8"), "run `make docs`"


def test_only_one_room_uses_each_of_the_things_that_have_a_room() -> None:
    rules = {
        r"^\s*(import vosk|from vosk)": "asr/",
        r"twilio\.rest": "ivr/outbound.py",
        r"datetime\.now\(|time\.time\(": "core/clock.py",
    }
    rooms = ("core", "asr", "knowledge", "routing", "ivr", "console", "delivery", "hotline")
    for path in OUR_FILES:
        place = path.relative_to(ROOT).as_posix()
        if path.suffix != ".py" or not place.startswith(rooms):
            continue
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for pattern, room in rules.items():
            assert place.startswith(room) or not re.search(pattern, code, re.MULTILINE), f"{place}: {pattern}"


def test_every_module_opens_with_what_it_is_for() -> None:
    for path in OUR_FILES:
        inside = path.relative_to(ROOT).parts
        if path.suffix == ".py" and not {"versions", "tests"} & set(inside) and path.stat().st_size:
            assert path.read_text(encoding="utf-8").startswith('"""'), path
