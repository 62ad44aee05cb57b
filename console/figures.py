"""The public figures of a way of working, and the three rates of each department; shown to all if a city wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from console.display import local, t
from console.parts import house, language, now, require
from console.permissions import Permission
from knowledge.tables import write_csv
from routing.follow_up import Figure, Rates, Share, public_figures, three_rates
from routing.profiles import profile_names, read_profile
from routing.profiles.applying import newest_profile

PERIODS = (24, 7 * 24, 30 * 24)
"""Over so many hours the orders are counted."""
_SORTS = ("orders", "response", "resolution", "satisfaction")
_COLUMNS = ("figure", "department", "done", "of", "percent")
_COUNT_AGAIN = timedelta(minutes=1)
"""A page that anybody may ask for counts all orders at most so often in each process."""


@dataclass(frozen=True)
class Board:
    """What was counted."""

    profile: str
    hours: int
    counted_at: datetime
    shares: tuple[Share, ...]
    rates: tuple[Rates, ...]


def add_pages(pages: Blueprint) -> None:
    """Add the page, its table as a file, and the version without a sign-in."""
    pages.add_url_rule("/figures", "figures", figures)
    pages.add_url_rule("/figures.csv", "figures_file", file)
    pages.add_url_rule("/figures/public", "public_figures", public)


def figures() -> str:
    """Show the figures of a profile: the one that was asked for, or the one that the city works by."""
    require(Permission.SEE_FIGURES)
    return _page(_board(_profile(), _hours()))


def file() -> Response:
    """Return the same figures as a table."""
    require(Permission.SEE_FIGURES)
    board = _board(_profile(), _hours())
    answer = make_response(write_csv([t(f"figures.{name}") for name in _COLUMNS], _rows(board)))
    answer.mimetype = "text/csv"
    name = f"figures-{board.profile}-{local(board.counted_at):%Y%m%d-%H%M}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def public() -> str:
    """Show anybody the figures of the profile that the settings name; without one there is no such page."""
    name = house().settings.public_figures
    if name not in profile_names():
        abort(404)
    return _page(_board(name, _hours()), is_public=True)


def called(figure: Figure) -> str:
    """Return what a figure is called on the screen."""
    name = t(f"figures.{figure.counts.value}")
    if figure.within is None:
        return name
    minutes = figure.within // timedelta(minutes=1)
    within = t("figures.minutes", m=minutes) if minutes % 60 else t("figures.hours", h=minutes // 60)
    return t("figures.within", name=name, within=within)


def percent(rate: float | None) -> str:
    """Return a rate as it is written; a dash where there is nothing to judge by."""
    return "—" if rate is None else f"{rate:.1%}"


def _page(board: Board, *, is_public: bool = False) -> str:
    sort = request.args.get("sort") if request.args.get("sort") in _SORTS else _SORTS[0]
    return render_template(
        "console/figures.html",
        board=board,
        rates=sorted(board.rates, key=lambda each: getattr(each, str(sort)) or 0, reverse=True),
        sort=sort,
        sorts=_SORTS,
        profiles=[] if is_public else [(name, read_profile(name).names[language()]) for name in profile_names()],
        profile_name=read_profile(board.profile).names[language()],
        periods=PERIODS,
        is_public=is_public,
        public_profile=house().settings.public_figures,
        called=called,
        percent=percent,
    )


def _board(profile: str, hours: int) -> Board:
    """Count, or return what this process has counted within the last minute."""
    kept: dict[tuple[str, int], Board] = current_app.extensions.setdefault("figures", {})
    known = kept.get((profile, hours))
    if known is None or now() - known.counted_at >= _COUNT_AGAIN:
        since = now() - timedelta(hours=hours)
        with house().database.reading() as session:
            shares = public_figures(session, read_profile(profile).figures, since, now(), now())
            rates = three_rates(session, since, now())
        known = kept[profile, hours] = Board(profile, hours, now(), shares, rates)
    return known


def _profile() -> str:
    names = profile_names()
    with house().database.reading() as session:
        wanted = (request.args.get("profile"), newest_profile(session), house().settings.public_figures)
    return next((name for name in wanted if name in names), names[0])


def _hours() -> int:
    asked = request.args.get("hours", PERIODS[0], type=int)
    return asked if asked in PERIODS else PERIODS[0]


def _rows(board: Board) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [
        (called(share.figure), "", str(share.done), str(share.of), percent(share.rate)) for share in board.shares
    ]
    for each in board.rates:
        for name, done, of, rate in (
            ("response", each.answered, each.orders, each.response),
            ("resolution", each.solved, each.said, each.resolution),
            ("satisfaction", each.satisfied, each.rated, each.satisfaction),
        ):
            rows.append((t(f"figures.{name}"), each.department, str(done), str(of), percent(rate)))
    return rows
