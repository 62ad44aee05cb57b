"""`hotline reconcile`, `ledger`, `fallback-twiml` and `doctor`: whether any call was lost, and what keeps it so."""

from datetime import timedelta
from urllib.parse import urlsplit

import click

from core.clock import now
from core.house import this_house
from core.settings import Settings, read_settings
from hotline.cli_errors import told_plainly


@click.command()
@click.option("--hours", default=2.0, show_default=True, type=click.FloatRange(0.1, 720), help="How far to look back.")
@told_plainly
def reconcile(hours: float) -> None:
    """Compare with the carrier's own lists of calls and recordings, and make good what we were not told of."""
    from hotline.reconciling import reconcile as compare  # noqa: PLC0415  (each command imports only what it needs)

    found = compare(this_house(), look_back=timedelta(hours=hours))
    click.echo(f"calls never told: {found.calls}; recordings: {found.recordings}; ends: {found.ends}")


@click.command()
@click.option(
    "--hours", default=24.0, show_default=True, type=click.FloatRange(0.1, 8760), help="How far to look back."
)
@told_plainly
def ledger(hours: float) -> None:
    """Count what became of the citizens' calls: each has exactly one outcome (docs/ledger.md)."""
    from routing.ledger import ledger as read  # noqa: PLC0415
    from routing.ledger import totals  # noqa: PLC0415

    with this_house().database.reading() as session:
        outcomes = read(session, now() - timedelta(hours=hours), now())
    for outcome, count in totals(outcomes.values()).items():
        click.echo(f"{outcome.value:10} {count}")
    click.echo(f"{'all':10} {len(outcomes)}")


@click.command("fallback-twiml")
@told_plainly
def fallback_twiml() -> None:
    """Print the document for the carrier's fallback URL; put it where our own outage does not reach."""
    from ivr.fallback_document import fallback_document  # noqa: PLC0415

    click.echo(fallback_document(read_settings()))
    click.echo(
        "Put this where an outage of this installation does not reach (Twilio: a TwiML Bin), and set its address as\n"
        "the fallback URL (“Primary handler fails”) of every number. Then run: hotline doctor",
        err=True,
    )


@click.command()
@told_plainly
def doctor() -> None:
    """Ask the carrier where each number's calls go, and say what to set; fails when something is wrong."""
    from ivr.outbound import carrier  # noqa: PLC0415

    settings = read_settings()
    advice = []
    for number in filter(
        None, dict.fromkeys((settings.hotline_number, *settings.english_numbers, settings.seat_number))
    ):
        urls = carrier(settings).number_urls(number)
        told = advise(settings, *(urls.voice, urls.fallback, urls.status)) if urls else ["is no number of the account"]
        advice += [f"{number}: {one}" for one in told]
    for one in advice:
        click.echo(one)
    if advice:
        raise click.ClickException("The carrier is not set up so that no call is lost.")
    click.echo("Every number's calls, failures and ends are told where they should be.")


def advise(settings: Settings, voice: str, fallback: str, status: str) -> list[str]:
    """Return what is to be set for one number, one sentence each; pure."""
    base = f"{settings.base_url}/voice"
    own_host = urlsplit(base).netloc
    wrong = []
    if voice != f"{base}/incoming":
        wrong.append(f"set the voice URL to {base}/incoming")
    if status != f"{base}/status":
        wrong.append(f"set the status callback URL to {base}/status")
    if not fallback:
        wrong.append("set a fallback URL: see hotline fallback-twiml")
    elif urlsplit(fallback).netloc == own_host:
        wrong.append("the fallback URL leads to this installation, whose outage it is for: see hotline fallback-twiml")
    return wrong
