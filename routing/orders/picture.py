"""Draws the table of the lifecycle for the documentation; it is made by `make docs` and held by a test."""

from core.models import OrderState
from routing.orders.lifecycle import ANSWERED, FINAL, STEPS, WAITING, WORKED_ON, Party, Step, Verb

_GROUPS = {"waiting": WAITING, "worked_on": WORKED_ON, "answered": ANSWERED, "over": tuple(sorted(FINAL))}


def diagram() -> str:
    """Return the steps from one state to another as a Mermaid state diagram; what a whole group can do is one arrow."""
    groups = [f"    state {name} {{\n{_lines(states)}\n    }}" for name, states in _GROUPS.items()]
    moves: dict[tuple[str, str], list[str]] = {}
    for verb in Verb:
        for end in OrderState:
            for start in _starts({step.from_state for step in STEPS if _leads(step, verb, end)}):
                moves.setdefault((start, end), []).append(verb)
    arrows = [f"    {start} --> {end}: {', '.join(verbs)}" for (start, end), verbs in moves.items()]
    return "\n".join(
        ["stateDiagram-v2", *groups, "    [*] --> registered: open_work_order", *arrows, "    over --> [*]"]
    )


def _leads(step: Step, verb: Verb, end: OrderState) -> bool:
    return step.verb is verb and step.to_state is end and step.from_state is not end


def _lines(states: tuple[OrderState, ...]) -> str:
    return "\n".join(f"        {state}" for state in states)


def _starts(states: set[OrderState]) -> list[str]:
    """Return the groups that are wholly among some states, then the states that are left."""
    names = [name for name, members in _GROUPS.items() if states >= set(members)]
    covered = {member for name in names for member in _GROUPS[name]}
    return [*names, *(state for state in OrderState if state in states - covered)]


def table() -> str:
    """Return every verb with where it is possible, by whom, and the event it leaves, as a Markdown table."""
    rows = ["| verb | possible in | leads to | by | event | with words |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join([*rows, *(_row(verb, [step for step in STEPS if step.verb is verb]) for verb in Verb)])


def _row(verb: Verb, steps: list[Step]) -> str:
    states = ", ".join(_starts({step.from_state for step in steps}))
    ends = {step.to_state for step in steps}
    to = "the same" if all(step.to_state is step.from_state for step in steps) else ", ".join(sorted(ends))
    parties = ", ".join(party for party in Party if any(party in step.parties for step in steps))
    return f"| {verb} | {states} | {to} | {parties} | {steps[0].event} | {'yes' if steps[0].needs_reason else ''} |"
