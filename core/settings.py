"""Every setting of the house, read from `HOTLINE_*` variables, checked at the start, wrong ones listed all at once."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import SettingsError
from core.files import secret_file
from core.phone_numbers import e164
from core.quiet_hours import read_quiet_hours

Language = Literal["zh", "en"]


class Settings(BaseSettings):
    """What can be set; the table in README.md is made from the descriptions here."""

    model_config = SettingsConfigDict(env_prefix="HOTLINE_", frozen=True, extra="ignore", env_ignore_empty=True)

    data_folder: Path = Field(Path(".data"), description="Folder for the database, recordings, Redis and logs")
    keys_folder: Path | None = Field(
        None,
        description="Folder of the callers' encryption keys; keep it out of backups (default: in the data folder)",
    )
    database_url: str = Field(
        "",
        description="SQLAlchemy URL, e.g. postgresql+psycopg://user@host/hotline (default: SQLite in the data folder)",
    )
    database_wait_seconds: float = Field(
        4.0,
        gt=0,
        le=10,
        description="Longest wait for the database; after it a caller hears an apology and is recorded all the same",
    )
    redis_url: str = Field(
        "", description="Redis for the job queues (default: a redis-server of our own, started by `hotline up`)"
    )
    host: str = Field("127.0.0.1", description="Address on which the web process listens")
    port: int = Field(8000, ge=1, le=65535, description="Port of the web process (telephone webhooks and console)")
    web_workers: int = Field(2, ge=1, le=64, description="Web worker processes")
    public_url: str = Field(
        "", description="The https:// address by which Twilio reaches the web process (default: http://127.0.0.1:PORT)"
    )
    stream_port: int = Field(8002, ge=1, le=65535, description="Port of the stream process (callers' live speech)")
    public_stream_url: str = Field(
        "",
        description="The wss:// address by which Twilio reaches the stream process (default: ws://127.0.0.1:STREAM_PORT)",
    )
    live_streams: int = Field(
        0, ge=0, le=10_000, description="Callers heard live at once; 0: as many as this machine was measured to decode"
    )
    heartbeat_seconds: float = Field(
        3.0,
        ge=1,
        le=4,
        description="After how long without a sign of life of the stream process callers go on by key",
    )
    live_port: int = Field(8003, ge=1, le=65535, description="Port of the live process (the console's live pages)")
    public_live_url: str = Field(
        "",
        description="The https:// address by which browsers reach the live process; best the console's own, with /live "
        "passed on by the proxy (default: the host they use, LIVE_PORT)",
    )
    trusted_proxies: int = Field(
        0, ge=0, le=10, description="Proxies before the web process whose X-Forwarded-For is believed, e.g. 1"
    )
    secret_key: str = Field(
        "", description="Signs the console's sessions (default: made once and kept in the data folder)"
    )

    twilio_account_sid: str = Field("", description="Twilio account (default: the built-in simulator is the carrier)")
    twilio_auth_token: str = Field("", description="Twilio's auth token: signs webhooks, opens the API")
    twilio_api_url: str = Field(
        "https://api.twilio.com",
        description="Base URL of the carrier's REST API (a Twilio-compatible server works too)",
    )
    twilio_api_key_sid: str = Field(
        "",
        description="With secret and SDK file: agents may be rung in their browser (docs/twilio.md)",
    )
    twilio_api_key_secret: str = Field("", description="The API key's secret, which signs the browsers' passes")
    twilio_app_sid: str = Field("", description="The TwiML app that browsers' passes name, if the carrier wants one")
    voice_sdk_file: Path | None = Field(
        None, description="The carrier's voice SDK for browsers (twilio.min.js), served from this file and nowhere else"
    )
    recording_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        ("api.twilio.com",),
        description="Hosts from which recordings may be fetched, divided by commas (host or host:port)",
    )
    hotline_number: str = Field(
        "+8657100000000", description="The number citizens call, E.164; outgoing calls carry it"
    )
    english_numbers: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Called numbers that are answered in English, divided by commas"
    )
    duty_phones: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Telephones of the people on duty (E.164, commas): rung for keys 0 and 9 and for every red order",
    )
    seat_number: str = Field(
        "",
        description="The number that agents dial to join the line from any telephone, by agent number and PIN (E.164; "
        "default: none)",
    )
    zh_voice: str = Field("Polly.Zhiyu", description="The carrier's voice for Mandarin prompts")
    en_voice: str = Field("Polly.Joanna", description="The carrier's voice for English prompts")
    emergency_numbers: str = Field(
        "120, 119, 110", description="Ambulance, fire and police numbers as spoken to a caller in danger"
    )
    city_name_zh: str = Field("本市", description="The city's name in Mandarin prompts")
    city_name_en: str = Field("the city", description="The city's name in English prompts")

    models: Path | None = Field(
        None, description="Folder with full Vosk models, one sub-folder a language: zh, en (default: vosk's own cache)"
    )
    live_models: Path | None = Field(
        None, description="Folder with quick models for live callers, laid out the same (default: the smallest there)"
    )
    lease_seconds: int = Field(
        60, ge=1, le=3600, description="How long a worker may hold a job without a sign of life before another takes it"
    )
    sweep_seconds: float = Field(5.0, gt=0, le=60, description="How often the clock process looks for work left behind")
    ring_again_seconds: int = Field(
        120,
        ge=1,
        le=3600,
        description="How long an alert or escalation call waits for its key before the next person is rung",
    )
    max_message_seconds: int = Field(300, ge=10, le=3600, description="Longest message a caller can leave in one piece")
    quiet_hours: str = Field(
        "21:00-08:00",
        description="When no citizen is rung about an answer, local time (00:00-00:00: never); a red order never waits",
    )
    corrections_a_minute: int = Field(
        20, ge=1, le=60, description="Correction calls placed in a minute, so that they crowd out nothing urgent"
    )
    callback_after_seconds: int = Field(
        300, ge=0, le=7200, description="A callback is offered when the expected wait for a person is longer"
    )
    callback_dialling: Literal["agent-first", "citizen-first"] = Field(
        "agent-first",
        description="Who is rung first for a callback; citizen-first: an agent is kept free meanwhile; never for a red",
    )
    callback_windows: Annotated[tuple[str, ...], NoDecode] = Field(
        ("08:00-12:00", "13:00-18:00", "18:00-21:00"),
        description="Hours from which a caller may choose when to be called back, local time, commas (none: no choice)",
    )
    wrap_up_seconds: int = Field(
        60, ge=0, le=3600, description="How long an agent has for notes after a call; 0: until they say so themselves"
    )
    callback_prefixes: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Only numbers that begin so are called back, commas (default: the hotline's own country)"
    )
    unplaceable_prefixes: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="No carrier of ours takes calls to these (Twilio: +86): such callbacks are made by hand",
    )
    calls_per_second: int = Field(
        0,
        ge=0,
        le=100,
        description="Calls that the carrier starts in a second (Twilio: 1 at first); 0: it queues them",
    )
    import_rows: int = Field(2000, ge=1, le=20_000, description="Most rows of a table of articles that is imported")
    smtp_url: str = Field(
        "", description="Mail server for departments that want e-mail, e.g. smtps://user:password@mail.example.org"
    )
    mail_from: str = Field("hotline@localhost", description="Sender of e-mails")
    public_figures: str = Field(
        "", description="Profile whose figures anybody may see at /figures/public, e.g. yiwu (default: nobody may)"
    )
    time_zone: str = Field("Asia/Shanghai", description="Local time zone for what people see")
    simulator_port: int = Field(8001, ge=1, le=65535, description="Port of the built-in simulator's carrier API")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged")

    @field_validator(
        "recording_hosts",
        "english_numbers",
        "duty_phones",
        "callback_prefixes",
        "unplaceable_prefixes",
        "callback_windows",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("english_numbers", "duty_phones")
    @classmethod
    def _only_real_numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [number for number in value if e164(number) != number]
        if wrong:
            raise ValueError(f"not E.164 numbers: {', '.join(wrong)}")
        return value

    @field_validator("callback_windows")
    @classmethod
    def _only_hours_of_one_day(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        hours = () if value == ("none",) else value
        for opens, closes in map(read_quiet_hours, hours):
            if opens >= closes:
                raise ValueError("a window begins and ends on one day")
        return hours

    @field_validator("hotline_number")
    @classmethod
    def _only_a_real_number(cls, value: str) -> str:
        return cls._only_real_numbers((value,))[0]

    @field_validator("seat_number")
    @classmethod
    def _only_a_number_of_its_own(cls, value: str, info: ValidationInfo) -> str:
        if value and value in {info.data.get("hotline_number"), *info.data.get("english_numbers", ())}:
            raise ValueError("citizens call this number: agents need another")
        return cls._only_a_real_number(value) if value else value

    @field_validator("quiet_hours")
    @classmethod
    def _only_hours(cls, value: str) -> str:
        read_quiet_hours(value)
        return value

    @field_validator("time_zone")
    @classmethod
    def _only_a_known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no time zone is called “{value}”; try Asia/Shanghai") from error
        return value

    @property
    def has_browser_calls(self) -> bool:
        """Whether agents can be rung in their browsers."""
        return bool(self.twilio_api_key_sid and self.twilio_api_key_secret and self.voice_sdk_file)

    @property
    def sql_url(self) -> str:
        """The database's URL, the embedded SQLite file by default."""
        return self.database_url or f"sqlite:///{(self.data_folder / 'hotline.sqlite3').absolute()}"

    @property
    def base_url(self) -> str:
        """The address the carrier signs its requests for, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def stream_base_url(self) -> str:
        """The address the carrier opens its media streams to, without a slash at the end."""
        return (self.public_stream_url or f"ws://127.0.0.1:{self.stream_port}").rstrip("/")

    @property
    def key_store(self) -> Path:
        """The folder of the callers' keys."""
        return self.keys_folder or self.data_folder / "keys"

    def voice(self, language: Language) -> str:
        """Return the carrier's voice for a language."""
        return self.zh_voice if language == "zh" else self.en_voice

    def session_key(self) -> str:
        """Return the key that signs the console's sessions, made on first use."""
        if self.secret_key:
            return self.secret_key
        return secret_file(self.data_folder / "secret_key")


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: one line for each setting that can't be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"HOTLINE_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("These settings can't be used:\n  " + "\n  ".join(lines)) from error


@cache
def settings_table() -> str:
    """Return the settings as a Markdown table (the one in README.md is made by `hotline settings`)."""
    rows = ["| setting | default | what it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = ",".join(default) if isinstance(default, tuple) else "" if default is None else str(default)
        rows.append(f"| `HOTLINE_{name.upper()}` | {f'`{shown}`' if shown else ''} | {field.description} |")
    return "\n".join(rows)
