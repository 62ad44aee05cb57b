"""`hotline profile`: ready-made ways of working; show one, apply it to the city's own data, count its figures."""

import json
from collections.abc import Iterable
from datetime import timedelta

import click

from core.clock import now
from core.house import this_house
from hotline.cli_errors import told_plainly
from routing.follow_up import Figure, Share, public_figures
from routing.orders.rulebook import EDITABLE
from routing.profiles import Applied, Profile, apply, profile_names, read_profile
from routing.profiles.applying import ACTOR
from routing.profiles.changes import Change


@click.group()
def profile() -> None:
    """Work by a ready-made profile: zhejiang, shanghai, zhoukou, yiwu, chengdu, or a file of your own."""


@profile.command("list")
@told_plainly
def list_() -> None:
    """Show the profiles that there are."""
    for name in profile_names():
        known = read_profile(name)
        click.echo(f"{name:10} {known.names['en']} ({known.names['zh']})")


@profile.command()
@click.argument("name")
@told_plainly
def show(name: str) -> None:
    """Show all that a profile holds: categories, clocks, departments, teams, escalation path, roles, figures."""
    for line in _lines(read_profile(name)):
        click.echo(line)


@profile.command("apply")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@told_plainly
def apply_(name: str, *, dry_run: bool) -> None:
    """Put a profile into the city's data, all of it or nothing; afterwards everything is changed in the console."""
    known = read_profile(name)
    with this_house().database.transaction() as session:
        applied = apply(session, known, ACTOR.format(known.key)[:80], now())
        if dry_run:
            session.rollback()
    for line in _told(applied, dry_run=dry_run):
        click.echo(line)


@profile.command()
@click.argument("name")
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1, 24 * 366), help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@told_plainly
def figures(name: str, *, hours: int, as_json: bool) -> None:
    """Count a profile's public figures over the orders registered lately."""
    known, at = read_profile(name), now()
    with this_house().database.reading() as session:
        shares = public_figures(session, known.figures, at - timedelta(hours=hours), at, at)
    if as_json:
        click.echo(json.dumps([{"figure": named(each.figure), "done": each.done, "of": each.of} for each in shares]))
    else:
        for share in shares:
            click.echo(f"{named(share.figure):32} {_percent(share):>7}  {share.done} of {share.of}")


def named(figure: Figure) -> str:
    """Return what a figure is called."""
    return f"{figure.counts.value} within {_span(figure.within)}" if figure.within else figure.counts.value


def _percent(share: Share) -> str:
    return "—" if share.rate is None else f"{share.rate:.1%}"


def _span(time: timedelta) -> str:
    if not time:
        return "as set"
    minutes = int(time / timedelta(minutes=1))
    return f"{minutes} min" if minutes % 60 else f"{minutes // 60} h"


def _lines(known: Profile) -> Iterable[str]:
    yield f"{known.names['en']} ({known.names['zh']})"
    yield f"  {known.source}"
    yield "categories"
    yield from (f"  {each.names['zh']} / {each.names['en']} ({each.category.value})" for each in known.tree)
    steps = [step for step in EDITABLE if any(step is timed for _, timed in known.minutes)]
    yield "clocks: " + ", ".join(step.value for step in steps)
    for urgency in dict.fromkeys(urgency for urgency, _ in known.minutes):
        times = (_span(timedelta(minutes=known.minutes.get((urgency, step), 0))) for step in steps)
        yield f"  {urgency.value:8} {', '.join(times)}"
    yield "departments"
    for unit in known.units:
        leads = ", ".join(category.value for category in unit.leads)
        yield f"  {unit.name} ({unit.kind.value}{', leads ' + leads if leads else ''})"
    yield "volunteer teams"
    for team in known.teams:
        yield f"  {team.name}: {', '.join((*(each.value for each in team.categories), *team.said)) or 'everything'}"
    yield "escalation path and directory (telephones are the city's to enter)"
    yield from (f"  {rung.kind.value}: {rung.name}" for rung in known.ladder)
    yield "roles"
    yield from (f"  {role.value}: {text}" for role, text in known.roles.items())
    yield "public figures"
    yield from (f"  {named(figure)}" for figure in known.figures)


def _told(applied: Applied, *, dry_run: bool) -> Iterable[str]:
    yield from map(_change, applied.changes)
    yield from (f"stays    {sheet}: {name} (not of this profile)" for sheet, name in applied.kept)
    for each in applied.missing:
        place = f" of {each.district}" if each.district else ""
        yield f"yours    directory: {each.kind.value} “{each.name}”{place}: enter the telephone in the console"
    if not applied.districts:
        yield "yours    places: import them (hotline triage import-places), then apply again for what each district has"
    yield "yours    accounts of staff; and how each department is told (SMS, call, e-mail …), until then: the console"
    count = len(applied.changes)
    yield f"{count} change{'' if count == 1 else 's'}: {'nothing was written' if dry_run else 'written'}."


def _change(change: Change) -> str:
    if not change.before:
        return f"added    {change.sheet}: {change.name}"
    if not change.after:
        return f"removed  {change.sheet}: {change.name}"
    differing = (name for name in change.after if change.before.get(name) != change.after[name])
    told = "; ".join(f"{name} {change.before.get(name) or '—'} → {change.after[name] or '—'}" for name in differing)
    return f"changed  {change.sheet}: {change.name}: {told}"
