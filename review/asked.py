"""One request as a page sees it: who asks, in which language, with which form; and what the desk works with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from jinja2 import Environment
from sqlalchemy import Engine
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from config.policy import Policy
from config.sections import Settings
from parsers.submission import Door, Submission
from review.discretion import discreet
from review.people import Throttle
from review.provider import Provider
from review.words import Words
from routing.document import Document
from routing.facts import Facts
from storage.audit import Act, append
from storage.engine import writing
from storage.entry import Entry
from storage.staff import Person, Role

Value = TypeVar("Value")
Explain = Callable[[bytes, Door], Awaitable[Document]]
Redecide = Callable[[Submission, Facts], Entry]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What all pages share.

    provider: through which people may sign in, None for none.
    explain: decides a mail within the workers' limits and stores nothing.   redecide: decides a stored mail from stored facts.
    """

    settings: Settings
    policy: Policy
    engine: Engine
    pages: Environment
    explain: Explain
    redecide: Redecide
    provider: Provider | None = None
    throttle: Throttle = field(default_factory=Throttle)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request.   person: None only on pages that need nobody.   form: read and its token checked, empty unless it is a POST."""

    request: Request
    desk: Desk
    words: Words
    person: Person | None = None
    form: FormData = field(default_factory=FormData)

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the URL."""
        return self.request.query_params

    @property
    def reference(self) -> str:
        """The reference in the path."""
        return str(self.request.path_params.get("reference", ""))

    def field(self, name: str, limit: int = 16_384) -> str:
        """A text of the form, "" when it is not there."""
        value = self.form.get(name)
        return value.strip()[:limit] if isinstance(value, str) else ""

    def may(self, role: str) -> bool:
        """Whether whoever asks has that role or more."""
        return self.person is not None and self.person.role.may(Role(role))

    @property
    def sees_reporters(self) -> bool:
        """Whether whoever asks may see who reported."""
        return self.person is None or self.person.role.value not in self.desk.settings.review.reporter_hidden_from

    def shown(self, value: Value, *others: Any) -> Value:
        """The value as whoever asks may see it; others: name reporters who may be named in it too."""
        return value if self.sees_reporters else discreet(value, *others)

    def act(self, note: str = "") -> Act:
        """Who does it, why and when."""
        return Act(actor=self.person.name if self.person else "", note=note)

    def note_view(self, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write to the audit log that somebody looked."""
        with writing(self.desk.engine) as connection:
            append(connection, self.act(), action, subject, detail)

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from its template."""
        values = self.shown(values)
        text = self.desk.pages.get_template(template).render(asked=self, t=self.words, person=self.person, **values)
        return HTMLResponse(text, status_code=status)

    def json(self, value: Any, *others: Any) -> JSONResponse:
        """The same for programs; others: as in shown()."""
        return JSONResponse(self.shown(value, *others))


def go_to(path: str, **query: object) -> Response:
    """See another page (303): what a form that was sent is answered with."""
    return RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), status_code=303)
