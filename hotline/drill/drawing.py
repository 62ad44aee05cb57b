"""The pictures of a drill's report, as SVG; draws and reckons nothing."""

import sys
from collections.abc import Mapping

import pygal
from pygal.style import CleanStyle

from hotline.drill.figures import Figures, at_share

# pygal puts a finder for its plug-ins into every later import, of a kind that Python has given up; we use no plug-in
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

_MINUTE = 60
_LOOK = {"style": CleanStyle, "height": 360, "width": 900, "legend_at_bottom": True, "js": []}


def calls_by_hour(figures: Figures) -> bytes:
    """Draw how many calls came in each hour, by what became of them."""
    hours = sorted(figures.hours)
    chart = pygal.StackedBar(title="Calls by hour, and what became of them", **_LOOK)
    chart.x_labels = [f"{hour % 24:02d}" for hour in hours]
    for label, name in (
        ("answered by the knowledge base", "answered_by_machine"),
        ("message", "messages"),
        ("talked to an agent", "connected"),
        ("lost", "lost"),
    ):
        chart.add(label, [figures.hours[hour].counts[name] for hour in hours])
    return bytes(chart.render())


def bars(title: str, values: Mapping[str, int]) -> bytes:
    """Draw a bar for each name."""
    chart = pygal.Bar(title=title, show_legend=False, x_label_rotation=30, **_LOOK)
    chart.x_labels = list(values)
    chart.add("", list(values.values()))
    return bytes(chart.render())


def reached_by_hour(runs: dict[str, Figures]) -> bytes:
    """Draw how long people of each hour took to reach an agent, a line for each run."""
    chart = pygal.Line(title="From the first call to an agent, median in minutes, by hour of the first call", **_LOOK)
    hours = sorted({hour for figures in runs.values() for hour in figures.hours if hour < 24})  # noqa: PLR2004
    chart.x_labels = [f"{hour:02d}" for hour in hours]
    for name, figures in runs.items():
        chart.add(name, [round(at_share(figures.hours[h].reached_after_seconds, 0.5) / _MINUTE, 1) for h in hours])
    return bytes(chart.render())
