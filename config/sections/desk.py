"""The review page, and who gets in there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from config import values
from config.values import Endpoint


class DeskRole(StrEnum):
    """What a person of the desk may do; each may do what those before it may."""

    VIEWER = "viewer"  # Look.
    HANDLER = "handler"  # Judge submissions, work on cases, open raw mail.
    ADMIN = "admin"  # Replay, and open what is sealed.


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The review page."""

    listen: Annotated[Endpoint, values.endpoint, "Where to serve it."] = Endpoint("127.0.0.1", 8080)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who gets in at the review page, and what is shown to whom."""

    reporter_hidden_from: Annotated[
        tuple[DeskRole, ...], values.each(values.word(DeskRole)), "Roles that are never shown a reporter's address, nor the raw mail."
    ] = ()
    reporter_hidden_on_terminal: Annotated[
        bool, values.flag, "Neither do `rejected`, `held` and `cases` print it; whoever can read the store itself still can."
    ] = False
    password: Annotated[bool, values.flag, "Sign in with a name and password; false: only through the provider below."] = True
    oidc_issuer: Annotated[str, values.text, "Your OpenID Connect provider, as its tokens name it; empty for none."] = ""
    oidc_client_id: Annotated[str, values.text, "What the desk is called there."] = ""
    oidc_client_secret: Annotated[str, values.text, "Its secret there; empty for a public client, which PKCE protects."] = ""
    oidc_callback: Annotated[
        str, values.text, "Where the provider sends browsers back to: the desk's outside address and /sign-in/provider/back."
    ] = ""
    oidc_name_claim: Annotated[str, values.text, "The claim of the ID token that people are named by in the desk."] = "email"
    oidc_groups_claim: Annotated[str, values.text, "The claim that lists their groups."] = "groups"
    oidc_roles: Annotated[
        Mapping[str, DeskRole], values.table(values.text, values.word(DeskRole)), "Roles by group; the highest counts, none keeps out."
    ] = field(default_factory=dict)
