"""What follows a <Dial>: its action, told also when nobody will hear the answer."""

from simulator.line import Line
from simulator.steering import CallEnds, CallMoved, Fetch


def go_on(line: Line, action: Fetch | None, interrupted: CallMoved | CallEnds | None) -> Fetch | None:
    """Who hangs up still has the action requested, but its answer is not run; who is moved does not.

    Raises: CallMoved, CallEnds: what interrupted the <Dial>.
    """
    if interrupted is None:
        return action
    if isinstance(interrupted, CallEnds) and action and not line.network.stopping.is_set():
        line.call.status = "completed"
        line.request_in_vain(action)
    raise interrupted
