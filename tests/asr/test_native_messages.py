"""What native code writes is caught; what others write meanwhile is not lost."""

import os

import pytest

from asr.native_messages import NativeMessages, caught_standard_error

KALDI = "ERROR (VoskAPI:Read():io.cc:12) No such thing\nOptions:\n  --beam\n"


def write(text):
    os.write(2, text.encode())


def fail_with(text):
    write(text)
    raise KeyError(text)


def test_on_success_everything_is_passed_on(capfd):
    with caught_standard_error(NativeMessages()):
        write("WARNING (VoskAPI) odd\n")
        assert capfd.readouterr().err == ""
    assert capfd.readouterr().err == "WARNING (VoskAPI) odd\n"


def test_on_an_error_only_log_lines_are_passed_on(capfd):
    messages = NativeMessages()
    with pytest.raises(KeyError), caught_standard_error(messages):
        fail_with(KALDI + '{"event": "call_ended"}\n')
    assert capfd.readouterr().err == '{"event": "call_ended"}\n'
    assert messages.reason() == "No such thing"


def test_no_error_is_no_reason():
    assert NativeMessages().reason() == ""
