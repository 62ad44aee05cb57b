"""<Start><Stream> and <Stop><Stream>: beside everything else in the call, a copy of its sound goes to a server."""

from websockets.exceptions import InvalidURI
from websockets.uri import parse_uri

from simulator.line import Line
from simulator.stream import TRACKS, Stream, StreamRequest
from simulator.stream_news import StreamNews
from simulator.stream_socket import StreamError
from simulator.twiml import BAD_SCHEMA, DocumentError, Verb

BAD_URL, TOO_MANY = 31920, 31941
MOST_STREAMS = 4
MOST_PARAMETER_CHARACTERS = 500
OWN_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def start(line: Line, verb: Verb) -> None:
    """Goes on at once; a stream that can't be started is an error in the journal, and the call goes on."""
    line.call.answer()
    for noun in verb.children:
        stream = Stream(line.call, _read(line, noun), StreamNews(line.network))
        try:
            _check(line, stream.request)
        except StreamError as error:
            stream.why = error.reason
            stream.tell(stream, "stream-error", error)
        else:
            line.network.streams.start(stream)


def stop(line: Line, verb: Verb) -> None:
    """By name; one that does not run is no error."""
    line.call.answer()
    names = {noun.text_of("name") for noun in verb.children}
    for stream in line.network.streams.of(line.call):
        if stream.name in names:
            line.network.streams.stop(stream, "<Stop>")


def _read(line: Line, noun: Verb) -> StreamRequest:
    """Raises: DocumentError for a value Twilio does not allow."""
    if not noun.text_of("url"):
        raise DocumentError(BAD_SCHEMA, "<Stream> without url")
    parameters = {parameter.text_of("name"): parameter.text_of("value") for parameter in noun.children}
    for name, value in parameters.items():
        if not name or len(name) + len(value) > MOST_PARAMETER_CHARACTERS:
            raise DocumentError(
                BAD_SCHEMA, f"<Parameter name={name!r}>: no name, or over 500 characters with its value"
            )
    status_url = noun.text_of("statusCallback")
    return StreamRequest(
        url=noun.text_of("url"),
        name=noun.text_of("name"),
        track=noun.choice_of("track", tuple(TRACKS), "inbound_track"),
        parameters=parameters,
        status_url=line.absolute(status_url) if status_url else "",
        status_method=noun.method("statusCallbackMethod"),
    )


def _check(line: Line, request: StreamRequest) -> None:
    """Raises: StreamError 31920 for an address Twilio would not stream to, 31941 for one stream too many."""
    try:
        address = parse_uri(request.url)
    except (InvalidURI, ValueError) as error:
        raise StreamError(BAD_URL, f"<Stream url>: {error}") from error
    if not address.secure and address.host not in OWN_MACHINE:
        raise StreamError(BAD_URL, "<Stream url>: not wss")
    if address.query:
        raise StreamError(BAD_URL, "<Stream url>: no query string is allowed; use <Parameter>")
    running = line.network.streams.of(line.call)
    if len(running) >= MOST_STREAMS:
        raise StreamError(TOO_MANY, f"<Stream>: {MOST_STREAMS} streams run in this call already")
    if request.name and any(stream.name == request.name for stream in running):
        raise StreamError(TOO_MANY, f"<Stream>: {request.name!r} runs in this call already")
