"""A caller who is heard live: what the stream process would tell and write down, told and written by the test."""

from dataclasses import dataclass, field

from sqlalchemy import func, select

from core.clock import now
from core.models import Call, Utterance
from tests.ivr.telephone import Telephone


@dataclass
class LiveTelephone:
    """A telephone with ears; `turn` follows the call's own."""

    telephone: Telephone
    answers: list = field(default_factory=list)

    @property
    def live(self):
        return self.telephone.house.live

    @property
    def turn(self) -> int:
        return self.telephone.call().turn

    def begin(self):
        """The stream process has room; the call comes in and is heard."""
        self.live.announce(100, 0)
        self.live.redis.delete("hotline:live:promised")
        answer = self.telephone.post("incoming")
        self.hear()
        return answer

    def hear(self, *, speaking=False):
        self.live.beat(self.telephone.sid, speaking=speaking)

    def go_deaf(self):
        self.live.ended(self.telephone.sid)

    def utter(self, text, *, is_danger=False):
        """Something was said, and is committed; the call is not moved yet."""
        with self.telephone.house.database.transaction() as session:
            call = session.scalars(select(Call).where(Call.call_sid == self.telephone.sid)).one()
            position = session.scalar(select(func.count(Utterance.id)).where(Utterance.call_id == call.id))
            row = Utterance(
                call_id=call.id,
                turn=call.turn,
                position=position,
                text=text,
                words={"words": []},
                model="test",
                is_danger=is_danger,
                started_seconds=position,
                ended_seconds=position + 1,
                said_at=now(),
            )
            session.add(row)
        return row.turn

    def say(self, text, *, is_danger=False):
        """Something was said, and the call is moved on."""
        return self.move("spoke", self.utter(text, is_danger=is_danger))

    def move(self, what, turn=None):
        return self.telephone.post(f"turns/{self.turn if turn is None else turn}/{what}")

    def wait(self):
        """The time for a key runs out."""
        return self.telephone.post(f"turns/{self.turn}/keys")

    def key(self, digit):
        return self.telephone.key(self.turn, digit)
