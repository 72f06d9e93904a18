"""An OpenID Connect provider on loopback, which can be told to lie."""

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "abusedesk", "a secret: of+ours"


@dataclass
class Account:
    """Whoever sits before the browser, and what the provider is to do to their token.

    claims: over the right ones; None takes one away.   forge: makes another token of the claims, None signs as it should.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    forge: Any = None


@dataclass
class TestProvider:
    """It runs.   answered: what the token endpoint was asked with."""

    __test__ = False
    issuer: str
    key: RSAKey
    account: Account = field(default_factory=Account)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    answered: list[dict[str, str]] = field(default_factory=list)

    def authorized(self, query: dict[str, str]) -> str:
        """Where the browser goes once somebody has signed in there."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = sha256(json.dumps(query).encode()).hexdigest()
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def tokens(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        """The answer to a code: once, to the client that it was for, with the verifier of its challenge."""
        self.answered.append(form)
        begun = self.codes.pop(form["code"], None)
        pair = b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if begun is None or pair != "abusedesk:a%20secret%3A%20of%2Bours" or begun["code_challenge"] != challenge:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "u-1", "exp": now + 300, "iat": now, "nonce": begun["nonce"],
            "email": "mika@example.net", "email_verified": True, "groups": ["staff", "abuse-handlers"],
        }  # fmt: skip
        claims = {name: value for name, value in (claims | self.account.claims).items() if value is not None}
        return {"access_token": "x", "token_type": "Bearer", "id_token": (self.account.forge or self.signed)(claims)}

    def signed(self, claims: dict[str, Any]) -> str:
        """The token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


@contextmanager
def provided() -> Iterator[TestProvider]:
    """A provider while it runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    issuer = f"http://127.0.0.1:{server.server_address[1]}"
    provider = TestProvider(issuer=issuer, key=RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    server.provider = provider  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider: TestProvider = self.server.provider  # type: ignore[attr-defined]
        asked = urlsplit(self.path)
        match asked.path:
            case "/.well-known/openid-configuration":
                names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
                self._answer({"issuer": provider.issuer, **{name: f"{provider.issuer}/{path}" for name, path in names.items()}})
            case "/keys":
                self._answer({"keys": [provider.key.as_dict(private=False)]})
            case "/authorize":
                self.send_response(302)
                self.send_header("location", provider.authorized({name: value[0] for name, value in parse_qs(asked.query).items()}))
                self.end_headers()
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        provider: TestProvider = self.server.provider  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: value[0] for name, value in parse_qs(body).items()}
        tokens = provider.tokens(form, self.headers.get("authorization", ""))
        self._answer(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

    def _answer(self, value: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""
