"""Playing a recording: only of its own order, in parts if asked, kept nowhere, and written down once."""

import io
import wave
from pathlib import Path

import pytest
import soundfile
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.house import House
from core.models import OrderEvent, Recording, WorkOrder
from tests.console.conftest import signed_in
from tests.factories import make_caller, make_order, make_recording, make_wav


@pytest.fixture
def recording(installation: House) -> Recording:
    with installation.database.transaction() as session:
        recording = make_recording(session, make_order(session, make_caller(session, installation)))
        order_number = session.scalars(select(WorkOrder.number)).one()
    installation.recordings.store(recording.id, recording.call.caller.key_id, make_wav(2))
    recording.order_number = order_number  # type: ignore[attr-defined]
    return recording


def _path(recording: Recording) -> str:
    return f"/orders/{recording.order_number}/recordings/{recording.id}.wav"  # type: ignore[attr-defined]


def _listened(installation: House) -> list[str]:
    with installation.database.reading() as session:
        return list(session.scalars(select(OrderEvent.actor).where(OrderEvent.event == "listened")))


def test_plays_as_sixteen_bit_wav(li: FlaskClient, recording: Recording) -> None:
    answer = li.get(_path(recording))
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    with wave.open(io.BytesIO(answer.data)) as file:
        assert (file.getsampwidth(), file.getframerate(), file.getnframes()) == (2, 8000, 16000)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "GSM610"])
def test_plays_what_carriers_deliver(
    li: FlaskClient, installation: House, recording: Recording, subtype: str, tmp_path: Path
) -> None:
    coded = tmp_path / "coded.wav"
    soundfile.write(coded, [0.0] * 16000, 8000, subtype=subtype)
    installation.recordings.store(recording.id, recording.call.caller.key_id, coded.read_bytes())
    with wave.open(io.BytesIO(li.get(_path(recording)).data)) as file:
        assert file.getsampwidth() == 2


def test_a_part_is_answered_with_that_part(li: FlaskClient, recording: Recording) -> None:
    whole = li.get(_path(recording)).data
    part = li.get(_path(recording), headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    rest = li.get(_path(recording), headers={"Range": "bytes=32000-"})
    assert rest.data == whole[32000:]
    assert li.get(_path(recording), headers={"Range": "bytes=999999-"}).status_code == 416


def test_listening_is_written_down_once_for_each_person(
    app: Flask, li: FlaskClient, installation: House, recording: Recording
) -> None:
    li.head(_path(recording))
    assert _listened(installation) == []
    for _ in range(3):
        li.get(_path(recording), headers={"Range": "bytes=0-99"})
    signed_in(app, "wang").get(_path(recording))
    assert _listened(installation) == ["li", "wang"]
    assert "收听录音" in li.get(_path(recording).split("/recordings")[0]).text


def test_listening_leaves_the_revision_alone(li: FlaskClient, installation: House, recording: Recording) -> None:
    def revision() -> int:
        with installation.database.reading() as session:
            return session.scalars(select(WorkOrder.revision)).one()

    before = revision()
    li.get(_path(recording))
    assert revision() == before


def test_a_recording_of_another_order_is_not_found(li: FlaskClient, installation: House, recording: Recording) -> None:
    with installation.database.transaction() as session:
        other = make_order(session, make_caller(session, installation, None)).number
    assert li.get(f"/orders/{other}/recordings/{recording.id}.wav").status_code == 404
    assert li.get(_path(recording).replace(f"{recording.id}.wav", "999.wav")).status_code == 404
    assert li.get(f"/orders/WO-0/recordings/{recording.id}.wav").status_code == 404
    assert _listened(installation) == []


def test_an_erased_or_unreadable_recording_is_not_found_and_not_written_down(
    li: FlaskClient, installation: House, recording: Recording
) -> None:
    installation.recordings.store(recording.id, recording.call.caller.key_id, b"not audio")
    assert li.get(_path(recording)).status_code == 404
    installation.recordings.keys.erase(recording.call.caller.key_id)
    assert li.get(_path(recording)).status_code == 404
    assert _listened(installation) == []
