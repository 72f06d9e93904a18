"""EDGE: letters handed to the operator's mail server by SMTP."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from config.errors import AbuseDeskError, ConfigError
from config.sections import NoticeSettings

_TIMEOUT_S = 60.0
_SIGNED_FIELDS = (b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"auto-submitted")


class NotTakenNow(AbuseDeskError):
    """The smarthost is away, or asks to try again later."""


class NotTaken(AbuseDeskError):
    """The smarthost refuses the letter for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs with the site's key (RFC 6376)."""

    key: bytes
    selector: str
    domain: str

    def signed(self, raw: bytes) -> bytes:
        """The letter with a DKIM-Signature on top."""
        import dkim

        present = [name for name in _SIGNED_FIELDS if b"\r\n" + name + b":" in b"\r\n" + raw.partition(b"\r\n\r\n")[0].lower()]
        field = dkim.sign(
            raw, self.selector.encode(), self.domain.encode(), self.key, canonicalize=(b"relaxed", b"relaxed"), include_headers=present
        )
        return bytes(field) + raw


def signer_of(settings: NoticeSettings, sender: str) -> Signer | None:
    """The signer that the settings ask for, tried once.   Raises ConfigError."""
    if not settings.dkim_key:
        return None
    try:
        key = Path(settings.dkim_key).read_bytes()
        signer = Signer(key=key, selector=settings.dkim_selector, domain=sender.rpartition("@")[2])
        signer.signed(b"From: a@example.com\r\n\r\n")
    except Exception as error:  # dkimpy has many ways to say that a key cannot be used
        raise ConfigError(f"notices.dkim_key: {settings.dkim_key}: {error}") from error
    return signer


class Smarthost:
    """Takes letters on, one by one."""

    def __init__(self, settings: NoticeSettings) -> None:
        self._settings = settings

    async def send(self, raw: bytes, *, mail_from: str, recipient: str) -> None:
        """Hand one over.   mail_from: "" for the null sender.   Raises NotTakenNow, NotTaken."""
        from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException

        host, port = self._settings.smarthost
        context = ssl.create_default_context() if self._settings.smarthost_tls else None
        try:
            async with SMTP(
                hostname=host, port=port, start_tls=self._settings.smarthost_tls, tls_context=context, timeout=_TIMEOUT_S
            ) as smtp:
                await smtp.sendmail(mail_from, [recipient], raw)
        except SMTPRecipientsRefused as error:
            _raise_for(error.recipients[0].code, error.recipients[0].message)
        except SMTPResponseException as error:
            _raise_for(error.code, error.message)
        except (SMTPException, OSError) as error:
            raise NotTakenNow(f"{type(error).__name__}: {error}") from error


def _raise_for(code: int, message: str) -> None:
    error = NotTaken if 500 <= code < 600 else NotTakenNow
    raise error(f"{code} {message}")
