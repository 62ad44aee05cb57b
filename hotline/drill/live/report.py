"""The report of a live drill: a page of Markdown with its figures, kills and two pictures; reckons nothing."""

import subprocess
from pathlib import Path

from hotline.drill.drawing import bars
from hotline.drill.live.comparing import Found

_ROWS = (
    ("calls", "calls"),
    ("calls per second, mean", "calls_per_second"),
    ("calls per second, busiest ten seconds", "busiest_calls_per_second"),
    ("lost", "lost"),
    ("double callbacks", "double_callbacks"),
    ("orders opened twice", "double_orders"),
    ("citizens rung by us", "callbacks_rung"),
    ("webhooks answered", "webhooks"),
    ("webhook p50, s", "webhook_p50_seconds"),
    ("webhook p99, s", "webhook_p99_seconds"),
    ("webhooks answered 5xx", "webhook_5xx"),
    ("attempts that met a killed process", "webhooks_unanswered"),
    ("documents from the fallback URL", "fallbacks"),
    ("seconds in all", "took_seconds"),
)


def write_report(folder: Path, found: Found) -> Path:
    """Write `README.md` and the pictures into a folder; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "outcomes.svg").write_bytes(bars("What became of the calls (ledger)", found.outcomes))
    (folder / "seconds.svg").write_bytes(bars("Calls placed in each ten seconds", found.placed_by_ten_seconds))
    page = folder / "README.md"
    page.write_text(_page(found), encoding="utf-8")
    return page


def _page(found: Found) -> str:
    values = found.as_json()
    lines = [
        f"# Live drill: {found.day}",
        "",
        f"{found.calls:,} calls at {found.speed:g}× (people at {found.pace:g}×), {found.seats} seats.",
        f"Seed: {found.seed}. Machine: {found.machine}. Database: {found.database}. Commit: {_commit()}.",
        "Lost and double are the simulator's own log held against the ledger (docs/ledger.md).",
        "",
        "| what | figure |",
        "| --- | ---: |",
        *(f"| {label} | {values[name]:,} |" for label, name in _ROWS),
        "",
        "| outcome | calls |",
        "| --- | ---: |",
        *(f"| {name} | {count:,} |" for name, count in sorted(found.outcomes.items(), key=lambda one: -one[1])),
        "",
        "![What became of the calls](outcomes.svg)",
        "",
        "![Calls placed in each ten seconds](seconds.svg)",
        "",
    ]
    if found.lost_calls:
        lines += ["| lost call | what is missing |", "| --- | --- |"]
        lines += [*(f"| {sid} | {why} |" for sid, why in found.lost_calls.items()), ""]
    if found.double_calls:
        lines += ["| call too many | what had been before |", "| --- | --- |"]
        lines += [*(f"| {sid} | {told} |" for sid, told in found.double_calls.items()), ""]
    if found.kills:
        lines += ["| killed at, s | process | pid |", "| ---: | --- | ---: |"]
        lines += [*(f"| {kill.at_seconds:.2f} | {kill.name} | {kill.pid} |" for kill in found.kills), ""]
    if found.aways:
        lines += ["| database away at, s | for, s | how |", "| ---: | ---: | --- |"]
        lines += [*(f"| {away.at_seconds:.2f} | {away.seconds:.1f} | {away.way} |" for away in found.aways), ""]
    return "\n".join(lines)


def _commit() -> str:
    """Return the commit that this program was at; an installed one knows none."""
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "unknown"
