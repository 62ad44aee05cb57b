"""`hotline audit`: whether the memory of the orders is what it was."""

import json
import sys
from dataclasses import asdict

import click

from core.house import this_house


@click.group()
def audit() -> None:
    """Prove that no event of any order was changed."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(*, as_json: bool) -> None:
    """Walk every order's chain of events and every hourly root; ends with 1 when something is not what it was."""
    from routing.orders.audit import verify as walk  # noqa: PLC0415  (each command imports only what it needs)

    with this_house().database.reading() as session:
        report = walk(session)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        click.echo(f"{report.orders} orders, {report.events} events, {report.roots} roots looked at")
        for fault in report.faults:
            place = f", event {fault.position}" if fault.position else ""
            click.echo(f"{fault.where}{place}: {fault.what}")
        click.echo("Something is not what it was." if report.faults else "Everything is what it was.")
    sys.exit(1 if report.faults else 0)
