"""The drill at a terminal."""

import json

from click.testing import CliRunner

from hotline.cli import main
from hotline.drill.day import Day, Staffing
from hotline.drill.staffing import needed


def run(*arguments):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_figures_as_json_and_the_page_with_its_pictures(tmp_path):
    out = run("drill", "--calls", "2000", "--seats", "3", "--json", "--report", str(tmp_path / "page"))
    figures = json.loads(out)
    assert (figures["calls"], figures["seats"], figures["lost"]) == (2000, 3, 0)
    assert figures["callbacks_promised"] > 0
    page = (tmp_path / "page" / "README.md").read_text()
    assert "| with callbacks | without |" in page
    assert f"| rescued after hanging up | {figures['rescued']:,} | 0 |" in page
    for picture in ("calls.svg", "reached.svg"):
        assert picture in page
        assert (tmp_path / "page" / picture).read_text().startswith("<?xml")


def test_without_callbacks():
    figures = json.loads(run("drill", "--calls", "2000", "--seats", "3", "--json", "--without-callback"))
    assert figures["lost"] > 0
    assert figures["callbacks_promised"] == 0


def test_the_seats_that_a_day_needs():
    need = needed(Day(calls=3000), Staffing(seats=4, english_seats=1))
    peak = max(need.hours, key=lambda hour: hour.seats)
    assert peak.hour == 10
    assert peak.calls == 300
    assert need.peak_seats == peak.seats > 4
    assert need.callbacks_from_hour in (8, 9, 10)
    assert needed(Day(calls=3000), Staffing(seats=60, english_seats=9)).callbacks_from_hour is None
    assert "callbacks start in the hour from" in run("staffing", "--calls", "3000", "--seats", "4")
    assert "nobody has to be offered a callback" in run("staffing", "--calls", "3000", "--seats", "60")
