"""Sends an e-mail through the city's own mail server."""

import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from core.errors import DeliveryError
from core.settings import Settings

_SECONDS = 10
_PORTS = {"smtp": 25, "smtps": 465}
_PERMANENT = 500


def send_email(settings: Settings, to: str, subject: str, text: str, key: str) -> str:
    """Send a plain text; returns the message's id, the same for the same `key`, so that a repeat is seen as one.

    Raises:
        DeliveryError: no mail server is set, it refused (not retryable), or it did not answer.
    """
    server = urlsplit(settings.smtp_url)
    if server.scheme not in _PORTS or not server.hostname:
        raise DeliveryError("No mail server is set (HOTLINE_SMTP_URL).", retryable=False)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message["Message-ID"] = f"<{key}@{settings.mail_from.rpartition('@')[2]}>"
    message.set_content(text)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(server.hostname, server.port or _PORTS[server.scheme], timeout=_SECONDS) as smtp:
            smtp.ehlo_or_helo_if_needed()
            if server.scheme == "smtp" and smtp.has_extn("starttls"):
                smtp.starttls()
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(message)
    except smtplib.SMTPResponseException as error:
        told = f"The mail server answered {error.smtp_code}."
        raise DeliveryError(told, retryable=error.smtp_code < _PERMANENT) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise DeliveryError("The mail server refuses the address.", retryable=False) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"The mail server did not answer: {type(error).__name__}.", retryable=True) from error
    return str(message["Message-ID"])
