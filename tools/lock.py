"""Pins every package with hashes: requirements.lock for running, requirements-dev.lock for what the tests add."""

import subprocess
import sys
from pathlib import Path

COMMON = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet")
NO_ADDRESSES = ("--no-emit-index-url", "--no-emit-find-links", "--no-annotate")


def main() -> None:
    root = Path(__file__).parent.parent
    _compile(root, "requirements.lock", "pyproject.toml")
    _compile(root, "requirements-dev.lock", "--group", "pyproject.toml:dev", "--constraints", "requirements.lock")


def _compile(root: Path, output: str, *sources: str) -> None:
    command = [sys.executable, "-m", "uv", "pip", "compile", *COMMON, *NO_ADDRESSES, "--output-file", output, *sources]
    subprocess.run(command, cwd=root, check=True)


if __name__ == "__main__":
    main()
