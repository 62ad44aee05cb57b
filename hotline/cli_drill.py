"""`hotline drill` and `hotline staffing`: a surge day played against the line's policy, and the seats it asks for."""

import json
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from hotline.drill.day import CHENGDU, Day, Staffing, known_days
from hotline.drill.staffing import needed
from hotline.drill.summary import Summary, summarise
from hotline.drill.virtual import VirtualDay

_day = click.argument("name", default=CHENGDU, type=click.Choice(sorted(known_days())))
_calls = click.option("--calls", type=click.IntRange(1, 1_000_000), help="Calls of the day, instead of its own number.")
_seats = click.option("--seats", default=120, show_default=True, type=click.IntRange(1, 100_000), help="Agents.")
_seed = click.option("--seed", default=1, show_default=True, help="The same seed gives the same people again.")
_json = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")


@click.command()
@_day
@_calls
@_seats
@click.option("--without-callback", is_flag=True, help="Only hold the line, as hotlines do that offer no callback.")
@click.option("--report", type=click.Path(file_okay=False, path_type=Path), help="Write a page with pictures here.")
@_seed
@_json
def drill(
    name: str, calls: int | None, seats: int, *, without_callback: bool, report: Path | None, seed: int, as_json: bool
) -> None:
    """Play a day's surge under a virtual clock, e.g. `hotline drill chengdu-2022-07-29`."""
    day, staffing = _scene(name, calls, seats)
    figures = VirtualDay(day, staffing, with_callbacks=not without_callback, seed=seed).run()
    summary = summarise(figures, staffing, with_callbacks=not without_callback)
    if report:
        from hotline.drill.report import write_report  # noqa: PLC0415  (drawing is slow to import)

        other = VirtualDay(day, staffing, with_callbacks=without_callback, seed=seed).run()
        others = summarise(other, staffing, with_callbacks=without_callback)
        runs = {_name(summary): (figures, summary), _name(others): (other, others)}
        click.echo(f"The report is in {write_report(report, day, staffing, runs)}.", err=True)
    click.echo(json.dumps(summary.as_json()) if as_json else _shown(summary))


@click.command()
@_day
@_calls
@_seats
@_seed
def staffing(name: str, calls: int | None, seats: int, seed: int) -> None:
    """Show how many seats each hour of a day needs, and when callbacks must start with the seats there are."""
    day, there = _scene(name, calls, seats)
    need = needed(day, there, seed)
    table = Table("hour", "calls", "want a person", "seats for 90 % in 15 s")
    for hour in need.hours:
        table.add_row(f"{hour.hour:02d}", f"{hour.calls:,.0f}", f"{hour.wanting_person:,.0f}", str(hour.seats))
    Console().print(table)
    if need.callbacks_from_hour is None:
        click.echo(f"With {seats} seats nobody has to be offered a callback.")
    else:
        click.echo(
            f"With {seats} seats callbacks start in the hour from {need.callbacks_from_hour:02d}:00, "
            f"{need.callbacks_promised:,} in all; for none of them {need.peak_seats} seats are needed at the peak."
        )


def _scene(name: str, calls: int | None, seats: int) -> tuple[Day, Staffing]:
    day = known_days()[name]
    return replace(day, calls=calls or day.calls), Staffing(seats=seats, english_seats=max(1, seats // 15))


def _name(summary: Summary) -> str:
    return "with callbacks" if summary.with_callbacks else "without"


def _shown(summary: Summary) -> str:
    return "\n".join(f"{name.replace('_', ' '):32}{value:>14,.6g}" for name, value in summary.as_json().items())
