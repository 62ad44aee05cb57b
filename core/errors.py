"""The family of errors: raised deep in a room, caught only at the doors; each says whether trying again can help."""


class HotlineError(Exception):
    """Anything the house itself reports; the message is one clear sentence for a person."""

    retryable = False


class SettingsError(HotlineError):
    """The settings can't be used; the message lists everything that is wrong with them."""


class RecordingMissingError(HotlineError):
    """A recording that the database knows has no file, or its key was erased."""


class RecordingBusyError(HotlineError):
    """A recording is still being written by a process that lives."""

    retryable = True


class AudioUnreadableError(HotlineError):
    """The bytes are not audio of any kind that a telephone carrier delivers."""


class ModelMissingError(HotlineError):
    """No speech model for the language is installed; the recording waits until one comes."""

    retryable = True


class CarrierError(HotlineError):
    """The carrier's API refused or did not answer; `refused` when it is certain that nothing was done."""

    def __init__(self, message: str, *, retryable: bool, refused: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.refused = refused


class ConflictError(HotlineError):
    """Somebody else has changed the same thing in the meantime; nothing was overwritten."""


class IllegalVerbError(HotlineError):
    """What was asked for can't be done to an order as it stands; the message names what is possible."""


class NotAllowedError(HotlineError):
    """The role of whoever asks does not allow it; the message names who may."""


class ReasonMissingError(HotlineError, ValueError):
    """Something that needs words, a reason or a reply, was asked for without them."""


class NobodyToTakeItError(HotlineError):
    """There is no department to which an order could go; a person has to decide."""


class StillInUseError(HotlineError):
    """Something can't be removed, as open orders depend on it."""


class DeliveryError(HotlineError):
    """Something could not be handed over to another system; the message says whether another try can help."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable
