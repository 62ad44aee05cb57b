"""Reads the sockets ten times a second: of five frames that come at once each costs a third of the processor time."""

import asyncio

_PAUSE_SECONDS = 0.1
_GLANCE_SECONDS = 0.001


class Pacer:
    """Lets the event loop look at many connections together; belongs to the loop."""

    def __init__(self) -> None:
        self._transports: set[asyncio.Transport] = set()

    def add(self, transport: asyncio.Transport) -> None:
        """Read this connection at the common pace from now on."""
        self._transports.add(transport)

    def remove(self, transport: asyncio.Transport) -> None:
        """Read this connection whenever something comes."""
        self._transports.discard(transport)
        if not transport.is_closing():
            transport.resume_reading()

    async def run(self) -> None:
        """Keep the pace until cancelled."""
        while True:
            self._all(pause=False)
            await asyncio.sleep(_GLANCE_SECONDS)  # one look of the loop at every socket
            self._all(pause=True)
            await asyncio.sleep(_PAUSE_SECONDS)

    def _all(self, *, pause: bool) -> None:
        for transport in self._transports:
            if transport.is_closing():
                continue
            if pause:
                transport.pause_reading()
            else:
                transport.resume_reading()
