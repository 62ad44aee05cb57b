"""`hotline drill` and `hotline staffing`: a surge day played against the line's policy, and the seats it asks for."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.table import Table

from core.logs import set_up_logs
from hotline.cli_errors import told_plainly
from hotline.drill.day import CHENGDU, Day, Staffing, known_days
from hotline.drill.live.plan import Plan
from hotline.drill.staffing import needed
from hotline.drill.summary import Summary, summarise
from hotline.drill.virtual import VirtualDay

_day = click.argument("name", default=CHENGDU, type=click.Choice(sorted(known_days())))
_calls = click.option("--calls", type=click.IntRange(1, 1_000_000), help="Calls of the day, instead of its own number.")
_SEATS = 120
_seats = click.option(
    "--seats", type=click.IntRange(1, 100_000), help="Agents (default: 120; live: as many for its load)."
)
_seed = click.option("--seed", default=1, show_default=True, help="The same seed gives the same people again.")
_json = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")


@click.command()
@_day
@_calls
@_seats
@click.option("--without-callback", is_flag=True, help="Only hold the line, as hotlines do that offer no callback.")
@click.option("--report", type=click.Path(file_okay=False, path_type=Path), help="Write a page with pictures here.")
@click.option("--live", is_flag=True, help="By real webhooks, against a whole house of its own.")
@click.option("--speed", default=200.0, show_default=True, type=click.FloatRange(1, 100_000), help="Live: of the day.")
@click.option("--peak", is_flag=True, help="Live: only the day's busiest hour, in full.")
@click.option("--kill", "kills", default=0, type=click.IntRange(0, 1000), help="Live: kill -9 so many processes.")
@click.option(
    "--database",
    default="sqlite",
    show_default=True,
    type=click.Choice(["sqlite", "postgresql"]),
    help="Live: on which; a PostgreSQL of the drill's own, of what is installed here.",
)
@click.option(
    "--database-away",
    "away",
    multiple=True,
    metavar="SECONDS",
    type=click.FloatRange(0.1, 3600),
    help="Live: take the database away for so long, at a moment drawn by the seed; may be given several times.",
)
@_seed
@_json
@told_plainly
def drill(
    name: str,
    calls: int | None,
    seats: int | None,
    *,
    without_callback: bool,
    report: Path | None,
    live: bool,
    speed: float,
    peak: bool,
    kills: int,
    database: Literal["sqlite", "postgresql"],
    away: tuple[float, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Play a day's surge, e.g. `hotline drill chengdu-2022-07-29`: under a virtual clock, or `--live`."""
    if live:
        day = replace(known_days()[name], calls=calls or known_days()[name].calls)
        plan = Plan(day, speed, seed, kills, peak, seats, database, away)
        _drill_live(plan, report, as_json=as_json)
        return
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
def staffing(name: str, calls: int | None, seats: int | None, seed: int) -> None:
    """Show how many seats each hour of a day needs, and when callbacks must start with the seats there are."""
    seats = seats or _SEATS
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


def _drill_live(plan: Plan, report: Path | None, *, as_json: bool) -> None:
    """Fails when anything was lost or anybody rung twice."""
    from hotline.drill.live.report import write_report as write_live_report  # noqa: PLC0415  (drawing is slow to import)
    from hotline.drill.live.run import run  # noqa: PLC0415

    set_up_logs("WARNING")
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        found = run(Path(folder), plan, lambda line: click.echo(f"\r{line}", err=True, nl=False))
    click.echo(err=True)
    if report:
        click.echo(f"The report is in {write_live_report(report, found)}.", err=True)
    figures = found.as_json()
    click.echo(json.dumps(figures) if as_json else "\n".join(f"{name:26}{value}" for name, value in figures.items()))
    if found.lost or found.double_callbacks or found.double_orders:
        raise click.ClickException("The drill has found a fault: see lost, double_callbacks and double_orders.")


def _scene(name: str, calls: int | None, seats: int | None) -> tuple[Day, Staffing]:
    day, seats = known_days()[name], seats or _SEATS
    return replace(day, calls=calls or day.calls), Staffing(seats=seats, english_seats=max(1, seats // 15))


def _name(summary: Summary) -> str:
    return "with callbacks" if summary.with_callbacks else "without"


def _shown(summary: Summary) -> str:
    return "\n".join(f"{name.replace('_', ' '):32}{value:>14,.6g}" for name, value in summary.as_json().items())
