"""So many streams decoded by bare vosk in a pool of threads, their sound just there when it is due; tells the times."""

import asyncio
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import vosk

from tools.bench.processes import memory_mib
from tools.bench.stream_load import SPREAD_SECONDS, linear_sound

_PIECE_SECONDS = 0.2


async def _one(recogniser: vosk.KaldiRecognizer, threads: ThreadPoolExecutor, sound: bytes, delay: float) -> float:
    loop, length = asyncio.get_running_loop(), round(_PIECE_SECONDS * 16_000)
    await asyncio.sleep(delay)
    due = time.monotonic()
    for at in range(0, len(sound), length):
        due += _PIECE_SECONDS
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await loop.run_in_executor(threads, _decode, recogniser, sound[at : at + length])
    said = due
    await loop.run_in_executor(threads, recogniser.FinalResult)
    return time.monotonic() - said


def _decode(recogniser: vosk.KaldiRecognizer, piece: bytes) -> str:
    return str(recogniser.Result() if recogniser.AcceptWaveform(piece) else recogniser.PartialResult())


async def _all(callers: int, model: str) -> None:
    vosk.SetLogLevel(-1)
    loaded, sound = vosk.Model(model), linear_sound()
    recognisers = [vosk.KaldiRecognizer(loaded, 8000) for _ in range(callers)]
    for recogniser in recognisers:
        recogniser.SetWords(True)  # noqa: FBT003
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        before = time.process_time()
        late = await asyncio.gather(
            *(_one(r, threads, sound, n * SPREAD_SECONDS / callers) for n, r in enumerate(recognisers))
        )
    share = (time.process_time() - before) / callers / (len(sound) / 16_000)
    print(json.dumps({"late": late, "cpu_share": share, "memory_mib": memory_mib(os.getpid())}))


asyncio.run(_all(int(sys.argv[1]), sys.argv[2]))
