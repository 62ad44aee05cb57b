"""What a virtual day comes to, in the few figures that a city compares; for a screen, a report and a machine."""

from dataclasses import asdict, dataclass
from itertools import chain

from hotline.drill.day import Staffing
from hotline.drill.figures import Figures, at_share


@dataclass(frozen=True)
class Summary:
    """A day's figures; shares are 0 to 1, times are seconds."""

    calls: int
    seats: int
    with_callbacks: bool
    answered_by_machine: int
    messages: int
    wanted_person: int
    connected: int
    connected_within_15_s: float
    """Of the callers who wanted a person, whom they were talking to within 15 s."""
    wait_p50_seconds: float
    wait_p95_seconds: float
    reached_p50_seconds: float
    """From first call to an agent, callbacks included."""
    reached_p95_seconds: float
    red_wait_longest_seconds: float
    hung_up: int
    rescued: int
    lost: int
    abandonment: float
    """Callers who hung up and were never talked to, of those who wanted a person."""
    redials: int
    callbacks_promised: int
    callbacks_in_time: float
    callbacks_reached: int
    left_to_a_person: int
    oldest_unheard_seconds: float

    def as_json(self) -> dict[str, float]:
        return asdict(self)


def summarise(figures: Figures, staffing: Staffing, *, with_callbacks: bool) -> Summary:
    """Return the figures of a whole day."""
    hours = figures.hours.values()
    waits = list(chain.from_iterable(hour.waits_seconds for hour in hours))
    reached = list(chain.from_iterable(hour.reached_after_seconds for hour in hours))
    return Summary(
        calls=figures.total("calls"),
        seats=staffing.seats,
        with_callbacks=with_callbacks,
        answered_by_machine=figures.total("answered_by_machine"),
        messages=figures.total("messages"),
        wanted_person=figures.total("wanted_person"),
        connected=figures.total("connected"),
        connected_within_15_s=figures.share("connected_at_once", "wanted_person"),
        wait_p50_seconds=at_share(waits, 0.5),
        wait_p95_seconds=at_share(waits, 0.95),
        reached_p50_seconds=at_share(reached, 0.5),
        reached_p95_seconds=at_share(reached, 0.95),
        red_wait_longest_seconds=max(figures.red_waits_seconds, default=0.0),
        hung_up=figures.total("hung_up"),
        rescued=figures.total("rescued"),
        lost=figures.total("lost"),
        abandonment=figures.share("lost", "wanted_person"),
        redials=figures.total("redials"),
        callbacks_promised=figures.total("callbacks_promised"),
        callbacks_in_time=figures.share("callbacks_in_time", "callbacks_promised"),
        callbacks_reached=figures.total("callbacks_reached"),
        left_to_a_person=figures.total("left_to_a_person"),
        oldest_unheard_seconds=max((hour.oldest_unheard_seconds for hour in hours), default=0.0),
    )
