"""What all streams of the process share: house, ears, and the threads for books, moves, tapes and pulse."""

from concurrent.futures import ThreadPoolExecutor

from asr.stream import Ears
from core.house import House
from ivr.outbound import Carrier, carrier

_MOVE_SECONDS = 3.0
"""A call that can't be moved within it goes on by the keys' time-out, which takes the words as well."""
_BOOK_THREADS, _MOVE_THREADS, _TAPE_THREADS = 8, 8, 4


class Workshop:
    """Made once a process, before the event loop; closed after it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ears = Ears(house.settings)
        self.carrier: Carrier = carrier(house.settings, _MOVE_SECONDS)
        self.books = ThreadPoolExecutor(_BOOK_THREADS, "books")
        self.moves = ThreadPoolExecutor(_MOVE_THREADS, "moves")
        self.tapes = ThreadPoolExecutor(_TAPE_THREADS, "tapes")
        self.pulse = ThreadPoolExecutor(1, "pulse")

    def close(self) -> None:
        """End every thread; what hangs in a network is not waited for."""
        self.ears.close()
        self.tapes.shutdown()
        for threads in (self.books, self.moves, self.pulse):
            threads.shutdown(wait=False, cancel_futures=True)
