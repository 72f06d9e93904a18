"""Signing in through an OpenID Connect provider: the authorization code with PKCE (OpenID Connect Core 1.0 section 3.1, RFC 7636).

A journey begins with a state, a nonce and a verifier that stay here; only the browser that began it may end it, and only once.
"""

import hmac
import json
import secrets
import time
from base64 import b64encode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from config.errors import AbuseDeskError, ConfigError
from config.sections import DeskRole, Review
from storage.staff import Role

_TIMEOUT_S = 5.0
_ANSWER_BYTES = 1_048_576
_KNOWN_S = 3_600.0  # how long its description is believed
_KEYS_S = 60.0  # how soon its keys may be asked for again, since a key that is not there may be a new one
_JOURNEY_S = 600.0
_JOURNEYS = 10_000
_LEEWAY_S = 60
# Signatures with a key that only the provider has: none of them is "none", and none is made with what we share with it.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


class NotSignedIn(AbuseDeskError):
    """Why the provider's word does not open the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """On the way to the provider and back.   where: the page that was wanted."""

    nonce: str
    verifier: str
    where: str
    ends_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom the provider vouches for.   subject: who it is there, for ever; a name can be given to somebody else."""

    name: str
    subject: str
    role: Role


@dataclass(slots=True)
class Provider:
    """One provider.   Raises ConfigError for settings that cannot work."""

    settings: Review
    clock: Callable[[], float] = time.time
    _journeys: "OrderedDict[str, Journey]" = field(default_factory=OrderedDict)
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        for key in ("oidc_issuer", "oidc_callback"):
            if not _is_safe(getattr(self.settings, key)):
                raise ConfigError(f"review.{key}: is no https:// URL (http:// only on this machine)")
        if not self.settings.oidc_client_id:
            raise ConfigError("review.oidc_client_id: the provider must know the desk by a name")

    def begin(self, where: str) -> tuple[str, str]:
        """The state, for a cookie, and where to send the browser.   Raises NotSignedIn when the provider is not to be had."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        query = {
            "response_type": "code", "scope": "openid email profile", "client_id": self.settings.oidc_client_id,
            "redirect_uri": self.settings.oidc_callback, "state": state, "nonce": nonce,
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(), "code_challenge_method": "S256",
        }  # fmt: skip
        goal = self._endpoint("authorization_endpoint")
        with self._lock:
            self._journeys[state] = Journey(nonce=nonce, verifier=verifier, where=where, ends_at=self.clock() + _JOURNEY_S)
            while len(self._journeys) > _JOURNEYS:
                self._journeys.popitem(last=False)
        return state, f"{goal}{'&' if '?' in goal else '?'}{urlencode(query)}"

    def end(self, answer: Mapping[str, str], state: str) -> tuple[Vouched, str]:
        """Whom it vouches for, and the page that was wanted.   state: of the browser's cookie.   Raises NotSignedIn."""
        given = answer.get("state", "")
        with self._lock:
            journey = self._journeys.pop(given, None)  # a state is good for once
        if journey is None or not hmac.compare_digest(given.encode(), state.encode()) or self.clock() > journey.ends_at:
            raise NotSignedIn("the state is not of a journey that this browser began")
        if answer.get("iss", self.settings.oidc_issuer) != self.settings.oidc_issuer:  # RFC 9207
            raise NotSignedIn("another provider answered")
        if not answer.get("code"):
            raise NotSignedIn(f"the provider said no: {answer.get('error', '')[:100]}")
        claims = self._claims(self._id_token(answer["code"], journey.verifier), journey.nonce)
        return self._vouched(claims), journey.where

    def _id_token(self, code: str, verifier: str) -> str:
        """Exchange the code (section 3.1.3)."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.settings.oidc_callback, "code_verifier": verifier}
        fields = {"content-type": "application/x-www-form-urlencoded"}
        name, secret = self.settings.oidc_client_id, self.settings.oidc_client_secret
        if secret:
            pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"  # RFC 6749 section 2.3.1
            fields["authorization"] = "Basic " + b64encode(pair.encode()).decode()
        else:
            form["client_id"] = name
        token = _json("POST", self._endpoint("token_endpoint"), urlencode(form).encode(), fields).get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn("the provider gave no ID token")
        return token

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """What a token says, once it is known to be the provider's, for us, of now, and of this journey (section 3.1.3.7)."""
        claims = self._verified(token)
        now, audience = self.clock(), claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        client = self.settings.oidc_client_id
        checks = {
            "issuer": claims.get("iss") == self.settings.oidc_issuer,
            "audience": client in audiences and claims.get("azp", client) == client and (len(audiences) == 1 or "azp" in claims),
            "expiry": _number(claims.get("exp")) > now - _LEEWAY_S,
            "time of issue": 0 < _number(claims.get("iat")) < now + _LEEWAY_S,
            "nonce": hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
            "subject": isinstance(claims.get("sub"), str) and bool(claims["sub"]),
        }
        if wrong := [name for name, is_right in checks.items() if not is_right]:
            raise NotSignedIn(f"the ID token is refused for its {', '.join(wrong)}")
        return claims

    def _verified(self, token: str) -> Mapping[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        for is_fresh in (False, True):
            try:
                keys = KeySet.import_key_set(self._fetched(self._endpoint("jwks_uri"), _KEYS_S if is_fresh else _KNOWN_S))
                return jwt.decode(token, keys, algorithms=list(_ALGORITHMS)).claims
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        raise NotSignedIn("the ID token is not signed by the provider")

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        groups = claims.get(self.settings.oidc_groups_claim)
        given = {self.settings.oidc_roles[one] for one in groups if one in self.settings.oidc_roles} if isinstance(groups, list) else set()
        name = claims.get(self.settings.oidc_name_claim)
        if not given:
            raise NotSignedIn("none of the groups has a role here")
        if not isinstance(name, str) or (self.settings.oidc_name_claim == "email" and claims.get("email_verified") is False):
            raise NotSignedIn(f"there is no {self.settings.oidc_name_claim} to be named by")
        highest = max(given, key=tuple(DeskRole).index)
        subject = sha256(json.dumps([claims["iss"], claims["sub"]]).encode()).hexdigest()
        return Vouched(name=name, subject=subject, role=Role(highest.value))

    def _endpoint(self, name: str) -> str:
        """An address out of the provider's description (OpenID Connect Discovery 1.0 section 4)."""
        described = self._fetched(self.settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration", _KNOWN_S)
        url = described.get(name)
        if described.get("issuer") != self.settings.oidc_issuer or not isinstance(url, str) or not _is_safe(url):
            raise NotSignedIn(f"the provider's description has no {name} of {self.settings.oidc_issuer}")
        return url

    def _fetched(self, url: str, fresh_s: float) -> Any:
        fetched_at, value = self._kept.get(url, (0.0, None))
        if value is None or self.clock() - fetched_at > fresh_s:
            value = _json("GET", url)
            self._kept[url] = (self.clock(), value)
        return value


def _json(method: str, url: str, body: bytes | None = None, fields: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Ask the provider; a redirection is not followed.   Raises NotSignedIn."""
    asked = urlsplit(url)
    connection = (HTTPSConnection if asked.scheme == "https" else HTTPConnection)(asked.netloc, timeout=_TIMEOUT_S)
    try:
        path = (asked.path or "/") + (f"?{asked.query}" if asked.query else "")
        connection.request(method, path, body=body, headers={"accept": "application/json", **(fields or {})})
        answer = connection.getresponse()
        value = json.loads(answer.read(_ANSWER_BYTES)) if answer.status == 200 else None
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise NotSignedIn(f"the provider is not to be had: {type(error).__name__}") from None
    finally:
        connection.close()
    if not isinstance(value, dict):
        raise NotSignedIn(f"the provider answered {answer.status}")
    return value


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
