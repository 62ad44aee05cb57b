"""The report of a virtual day: a page of Markdown with two pictures, the same figures with and without callbacks."""

from collections.abc import Callable, Iterable
from pathlib import Path

from hotline.drill.day import Day, Staffing
from hotline.drill.drawing import calls_by_hour, reached_by_hour
from hotline.drill.figures import Figures
from hotline.drill.summary import Summary

_MINUTE = 60


def write_report(folder: Path, day: Day, staffing: Staffing, runs: dict[str, tuple[Figures, Summary]]) -> Path:
    """Write `README.md` and the pictures into a folder; `runs` by name, the first is drawn. Returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "calls.svg").write_bytes(calls_by_hour(next(iter(runs.values()))[0]))
    (folder / "reached.svg").write_bytes(reached_by_hour({name: figures for name, (figures, _) in runs.items()}))
    page = folder / "README.md"
    page.write_text(_page(day, staffing, {name: summary for name, (_, summary) in runs.items()}), encoding="utf-8")
    return page


def _page(day: Day, staffing: Staffing, runs: dict[str, Summary]) -> str:
    names = list(runs)
    staff = f"{staffing.seats} seats ({staffing.english_seats} of them with English), {staffing.speech_workers} ears"
    lines = [
        f"# Virtual drill: {day.name}",
        "",
        f"{day.calls:,} calls, {staff}. The line's own policy decided; chance played the people.",
        "Published is the day's total; its curve, the shares and the patience are assumed (`hotline/drill/day.py`).",
        "",
        _row("", names),
        "| --- " * (len(names) + 1) + "|",
        *(_row(label, [shown(runs[name]) for name in names]) for label, shown in _ROWS),
        "",
        "![Calls by hour, and what became of them](calls.svg)",
        "",
        "![From the first call to an agent](reached.svg)",
        "",
    ]
    return "\n".join(lines)


def _row(label: str, cells: Iterable[str]) -> str:
    return f"| {label} | {' | '.join(cells)} |"


def _reach(summary: Summary) -> str:
    return f"{_time(summary.reached_p50_seconds)} / {_time(summary.reached_p95_seconds)}"


_ROWS: tuple[tuple[str, Callable[[Summary], str]], ...] = (
    ("calls", lambda s: f"{s.calls:,}"),
    ("answered by the knowledge base", lambda s: f"{s.answered_by_machine:,}"),
    ("messages taken down", lambda s: f"{s.messages:,}"),
    ("wanted a person", lambda s: f"{s.wanted_person:,}"),
    ("talked to one", lambda s: f"{s.connected:,}"),
    ("within 15 s", lambda s: f"{s.connected_within_15_s:.1%}"),
    ("lost for good", lambda s: f"{s.lost:,} ({s.abandonment:.1%})"),
    ("rescued after hanging up", lambda s: f"{s.rescued:,}"),
    ("callbacks promised, first rung in time", lambda s: f"{s.callbacks_promised:,}, {s.callbacks_in_time:.1%}"),
    ("left to a person after three tries", lambda s: f"{s.left_to_a_person:,}"),
    ("redials", lambda s: f"{s.redials:,}"),
    ("wait on the telephone, p95", lambda s: _time(s.wait_p95_seconds)),
    ("from first call to an agent, median / p95", _reach),
    ("longest wait of a red", lambda s: _time(s.red_wait_longest_seconds)),
    ("oldest unheard recording", lambda s: _time(s.oldest_unheard_seconds)),
)


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} min"
