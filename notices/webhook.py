"""The clerk for other systems: posts each verdict as JSON, signed with HMAC-SHA256, until every system has taken it.

X-Abusedesk-Signature: t=SECONDS,v1=HEX      HEX is the HMAC of "SECONDS." and the body, under notices.webhook_secret
X-Abusedesk-Delivery: DIGEST                 the same however often it is posted: what was taken already is to be passed over
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine

from config.errors import ConfigError
from config.sections import NoticeSettings
from notices.no_answer import why_no_answer
from notices.post_room import Later
from notices.told import told_of
from storage.engine import reading

_TIMEOUT_S = 10.0


class Webhooks:
    """Does errands of the kind "webhook"."""

    def __init__(self, engine: Engine, settings: NoticeSettings) -> None:
        """Raises ConfigError for what is no URL, or without a secret."""
        self._engine = engine
        self._urls = settings.webhooks
        self._secret = settings.webhook_secret.encode()
        if self._urls and not self._secret:
            raise ConfigError("notices.webhook_secret: webhooks are signed, so there must be one")
        for url in self._urls:
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ConfigError(f"notices.webhooks: {url} is no URL of http or https")

    async def run(self, submission_id: int, now: datetime) -> None:
        """Post it everywhere.   Raises Later when a system did not take it."""
        told = await asyncio.to_thread(self._told, submission_id)
        body = json.dumps(told, ensure_ascii=False).encode()
        fields = signed_fields(body, self._secret, now) | {"X-Abusedesk-Delivery": str(told["digest"])}
        posting = (asyncio.to_thread(_post, url, body, fields) for url in self._urls)
        failures = [failure for failure in await asyncio.gather(*posting) if failure]
        if failures:
            raise Later("; ".join(failures))

    def _told(self, submission_id: int) -> dict[str, Any]:
        with reading(self._engine) as connection:
            return told_of(connection, submission_id)


def signed_fields(body: bytes, secret: bytes, now: datetime) -> dict[str, str]:
    """The header fields that prove who posted it, and when."""
    seconds = int(now.timestamp())
    proof = hmac.new(secret, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "User-Agent": "abusedesk", "X-Abusedesk-Signature": f"t={seconds},v1={proof}"}


def _post(url: str, body: bytes, fields: Mapping[str, str]) -> str:
    """Why a system did not take it, or "".   A redirection is not followed: it is no answer."""
    asked = urlsplit(url)
    kind = HTTPSConnection if asked.scheme == "https" else HTTPConnection
    connection = kind(asked.netloc, timeout=_TIMEOUT_S)
    try:
        connection.request("POST", (asked.path or "/") + (f"?{asked.query}" if asked.query else ""), body=body, headers=dict(fields))
        with connection.getresponse() as response:
            return "" if 200 <= response.status < 300 else f"{asked.netloc} answered {response.status}"
    except (OSError, HTTPException, ValueError) as error:
        return why_no_answer(asked.netloc, error)
    finally:
        connection.close()
