"""The table of routes: every way in, with who may. What does not stand here is not served."""

from review.guard import Route
from review.pages import (
    api,
    api_changes,
    cases,
    keeping,
    keys,
    letters,
    networks,
    one_submission,
    overview,
    policy,
    replaying,
    scan,
    signing_in,
    submissions,
)
from review.people import Need
from routing.verdict import Verdict

_LISTS = (Verdict.REJECTED, Verdict.HELD, Verdict.ACCEPTED)

_PAGES: tuple[Route, ...] = (
    Route(method="GET", path="/sign-in", need=Need.NOBODY, handler=signing_in.show_form),
    Route(method="POST", path="/sign-in", need=Need.NOBODY, handler=signing_in.sign_in, body_bytes=16_384),
    Route(method="GET", path="/sign-in/provider", need=Need.NOBODY, handler=signing_in.go_to_provider),
    Route(method="GET", path="/sign-in/provider/back", need=Need.NOBODY, handler=signing_in.back_from_provider),
    Route(method="POST", path="/sign-out", need=Need.VIEWER, handler=signing_in.sign_out, body_bytes=16_384),
    Route(method="GET", path="/", need=Need.VIEWER, handler=overview.show),
    *(Route(method="GET", path=f"/{verdict}", need=Need.VIEWER, handler=submissions.list_of(verdict)) for verdict in _LISTS),
    *(Route(method="GET", path=f"/{each}/export.{{kind}}", need=Need.HANDLER, handler=submissions.export_of(each)) for each in _LISTS),
    Route(method="POST", path="/submissions/judge", need=Need.HANDLER, handler=submissions.judge_many),
    Route(method="GET", path="/submissions/find", need=Need.VIEWER, handler=one_submission.find),
    Route(method="GET", path="/submissions/{reference}", need=Need.VIEWER, handler=one_submission.show),
    Route(method="GET", path="/submissions/{reference}/raw", need=Need.HANDLER, handler=one_submission.raw_mail),
    Route(method="POST", path="/submissions/{reference}/judge", need=Need.HANDLER, handler=one_submission.judge),
    Route(method="GET", path="/cases", need=Need.VIEWER, handler=cases.queue),
    Route(method="GET", path="/cases/{reference}", need=Need.VIEWER, handler=cases.show),
    Route(method="POST", path="/cases/{reference}/act", need=Need.HANDLER, handler=cases.act),
    Route(method="GET", path="/contractor", need=Need.VIEWER, handler=cases.contractor),
    Route(method="GET", path="/scan", need=Need.VIEWER, handler=scan.show),
    Route(method="POST", path="/scan", need=Need.VIEWER, handler=scan.scan, body_bytes=scan.SCAN_BYTES + 65_536),
    Route(method="GET", path="/replay", need=Need.ADMIN, handler=replaying.show),
    Route(method="POST", path="/replay", need=Need.ADMIN, handler=replaying.apply_difference),
    Route(method="GET", path="/holds", need=Need.HANDLER, handler=keeping.show_holds),
    Route(method="POST", path="/holds", need=Need.HANDLER, handler=keeping.change_holds, body_bytes=65_536),
    Route(method="GET", path="/retention", need=Need.ADMIN, handler=keeping.show_retention),
    Route(method="POST", path="/retention", need=Need.ADMIN, handler=keeping.count_retention),
    Route(method="GET", path="/keys", need=Need.ADMIN, handler=keys.show),
    Route(method="POST", path="/keys", need=Need.ADMIN, handler=keys.change, body_bytes=16_384),
    Route(method="GET", path="/letters", need=Need.ADMIN, handler=letters.show),
    Route(method="GET", path="/networks", need=Need.ADMIN, handler=networks.show),
    Route(method="GET", path="/policy", need=Need.VIEWER, handler=policy.show),
)
_API: tuple[Route, ...] = (
    Route(method="GET", path="/api/submissions", need=Need.VIEWER, handler=api.list_of_submissions),
    Route(method="GET", path="/api/submissions/counts", need=Need.VIEWER, handler=api.counts),
    Route(method="GET", path="/api/submissions/{reference}", need=Need.VIEWER, handler=api.one_submission),
    Route(method="POST", path="/api/submissions/{reference}/judge", need=Need.HANDLER, handler=api_changes.judge),
    Route(method="GET", path="/api/cases", need=Need.VIEWER, handler=api.list_of_cases),
    Route(method="GET", path="/api/cases/{reference}", need=Need.VIEWER, handler=api.one_case),
    Route(method="POST", path="/api/cases/{reference}/act", need=Need.HANDLER, handler=api_changes.act),
)
_DOCUMENT = Route(method="GET", path="/api/openapi.json", need=Need.NOBODY, handler=api.openapi(api.openapi_of(_API)))

ROUTES: tuple[Route, ...] = (*_PAGES, *_API, _DOCUMENT)
