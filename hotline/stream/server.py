"""`hotline stream`: takes in the media streams of the carrier, as many as this machine can hear."""

import asyncio
import gc
import logging
import signal
from http import HTTPStatus
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

import simulator
from asr.loaded_models import loaded
from asr.speech_models import LANGUAGES
from asr.speed import live_capacity
from core.errors import ModelMissingError
from core.house import House
from core.logs import get_logger, set_up_logs
from core.settings import Language, Settings
from hotline.fresh_words import keep_words_fresh
from hotline.stream.connection import SECONDS_TO_START, Connection
from hotline.stream.heart import Heart
from hotline.stream.pacer import Pacer
from hotline.stream.reception import Reception
from hotline.stream.workshop import Workshop
from ivr.signature import is_signed_upgrade

log = get_logger()

PATH = "/media"
MOST_STREAMS = 300
"""However many cores there are: one process reads the frames of no more in time."""
_LARGEST_MESSAGE_BYTES = 64 * 1024
_OBJECTS_BETWEEN_COLLECTIONS = 20_000
_SECONDS_TO_CLOSE = 2.0
_SECONDS_TO_END = 6.0
_SAMPLES: dict[Language, str] = {"zh": "zh_dialysis.wav", "en": "en_insulin.wav"}
"""Synthetic speech that the machine's speed is measured with."""


def run_stream(house: House) -> None:
    """Hear callers until told to stop; then every stream is ended in order, and its recording closed."""
    set_up_logs(house.settings.log_level)
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # whatever a stranger sends is no news
    _load_models(house.settings)
    capacity = house.settings.live_streams or measured_capacity(house.settings)
    log.info("stream_capacity", streams=capacity)
    keep_words_fresh(house.database)
    workshop = Workshop(house)
    gc.freeze()  # models and modules stay; frames and events are never part of a cycle
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        asyncio.run(_serve(workshop, capacity))
    finally:
        workshop.close()


def measured_capacity(settings: Settings) -> int:
    """Return how many callers this machine can hear at once."""
    folder = Path(simulator.__file__).parent / "callers"
    return min(live_capacity(settings, {x: (folder / name).read_bytes() for x, name in _SAMPLES.items()}), MOST_STREAMS)


def _load_models(settings: Settings) -> None:
    for language in LANGUAGES:
        try:
            loaded(language, settings, "live")
        except ModelMissingError as error:
            log.warning("model_missing", language=language, reason=str(error))


async def _serve(workshop: Workshop, capacity: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings = workshop.house.settings
    reception, pacer = Reception(workshop, capacity), Pacer()
    heart = Heart(workshop.house, capacity, reception.sessions.values)

    async def listen(socket: ServerConnection) -> None:
        pacer.add(socket.transport)
        try:
            await Connection(reception).listen(socket)
        finally:
            pacer.remove(socket.transport)

    def look_at(socket: ServerConnection, request: Request) -> Response | None:
        return _refusal(socket, request, settings, reception)

    async with serve(
        listen,
        settings.host,
        settings.stream_port,
        process_request=look_at,
        compression=None,
        max_size=_LARGEST_MESSAGE_BYTES,
        open_timeout=SECONDS_TO_START,
        close_timeout=_SECONDS_TO_CLOSE,
        ping_interval=None,  # the carrier wants nothing sent to it on a stream of one direction
        server_header=None,
    ):
        reading = asyncio.create_task(pacer.run())
        beating = [asyncio.create_task(work) for work in (heart.beat(), heart.follow())]
        await stop.wait()
        for task in beating:
            task.cancel()
        heart.close()
        workshop.house.live.announce(0, 0)
    await reception.all_ended(_SECONDS_TO_END)
    reading.cancel()


def _refusal(socket: ServerConnection, request: Request, settings: Settings, reception: Reception) -> Response | None:
    """Answer what is no stream of the carrier's; None lets the upgrade go on."""
    if request.path == "/health":
        return socket.respond(HTTPStatus.OK, f"{len(reception.sessions)} of {reception.capacity} streams\n")
    if request.path != PATH:
        return socket.respond(HTTPStatus.NOT_FOUND, "There is nothing here.\n")
    if not is_signed_upgrade(PATH, request.headers.get("X-Twilio-Signature", ""), settings):
        log.warning("stream_not_signed")
        return socket.respond(HTTPStatus.FORBIDDEN, "This is not signed by the carrier.\n")
    if reception.is_full:
        return socket.respond(HTTPStatus.SERVICE_UNAVAILABLE, "No more callers can be heard just now.\n")
    return None
