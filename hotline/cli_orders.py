"""`hotline orders`: what deferred orders wait for, and waking them when it has happened."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotAllowedError
from core.house import this_house
from core.models import Role, Staff
from hotline.cli_errors import told_plainly
from routing.orders import Actor, Party
from routing.orders.awaited import awaited_events, wake_all


@click.group()
def orders() -> None:
    """See what deferred orders wait for, and wake them."""


@orders.command()
@told_plainly
def awaited() -> None:
    """Show each event that deferred orders wait for, and how many do."""
    with this_house().database.reading() as session:
        for one in awaited_events(session):
            click.echo(f"{one.orders:6}  {one.event}")


@orders.command("woken-by")
@click.argument("event")
@click.option("--by", "sign_in", required=True, help="The supervisor who says so, by sign-in.")
@click.option("--reason", required=True, help="How it is known; kept with each order.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@told_plainly
def woken_by(event: str, sign_in: str, reason: str, *, yes: bool) -> None:
    """Say that EVENT has happened: every order that waits for it goes on in its owner's hand."""
    house = this_house()
    with house.database.reading() as session:
        actor = _supervisor(session, sign_in)
        seen = next((one.orders for one in awaited_events(session) if one.event == event), 0)
    if not seen:
        click.echo("No order waits for this; see: hotline orders awaited")
        return
    if not yes:
        click.confirm(f"{seen} orders wait for “{event}”. Wake them all?", abort=True)
    with house.database.transaction() as session:
        woken = wake_all(session, event, actor, now(), house.settings, reason=reason, seen=seen)
    click.echo(f"{woken.orders} orders go on; {woken.texted} citizens are told by a short message.")


def _supervisor(session: Session, sign_in: str) -> Actor:
    row = session.scalar(select(Staff).where(Staff.sign_in == sign_in, Staff.active))
    if row is None or row.role is not Role.SUPERVISOR:
        raise NotAllowedError(f"“{sign_in}” is no supervisor's sign-in.")
    return Actor(row.sign_in, Party.SUPERVISOR)
