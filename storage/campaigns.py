"""Campaigns: near-identical reports belong together, and to the first of them.

Every report whose text is long enough finds the campaign that it resembles, by keys that near-identical texts share, or opens one.
A key belongs to the campaign that had it first, so that two writers cannot open the same campaign twice. The submissions of a
campaign are kept as what they differ in: compressed with a copy of the first (storage/dictionaries.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from routing.campaign import likeness
from storage.dictionaries import MOST_BYTES, dictionary_of, keep, opened
from storage.entry import ReportEntry
from storage.frames import FrameDamaged, open_frame
from storage.grouping import Filing
from storage.lane import Ask, Lane, Numbered, Row, Write
from storage.reference import reference_of

RESEMBLING = 0.5  # of the shingles; below that two texts share a phrase and not a mailing


@dataclass(slots=True, kw_only=True)
class _Campaign:
    """One that somebody joins.   id: 0 until it has one.   opened_by: None when it is stored already.   members: filings, each once."""

    sketch: bytes
    id: int = 0
    opened_by: tuple[Filing, ReportEntry] | None = None
    keys: tuple[int, ...] = ()
    members: dict[int, Filing]


def join_campaigns(lane: Lane, filings: Sequence[Filing]) -> None:
    """Find or open the campaigns of all filings, note in each which they are, and which dictionary it is to be compressed with."""
    campaigns = _find(lane, [(filing, report) for filing in filings for report in filing.entry.reports if report.keys])
    if not campaigns:
        return
    new = [campaign for campaign in campaigns if campaign.opened_by]
    owned = {key: campaign.id for campaign in new for key in campaign.keys}
    lane.write(Write.CAMPAIGN, [_row(campaign) for campaign in new])
    lane.write(Write.CAMPAIGN_KEY, [{"band": key, "campaign_id": owned[key]} for key in sorted(owned)])
    dictionaries = _dictionaries(lane, campaigns)
    for filing in filings:
        filing.dictionary = dictionaries.get(filing.campaign_id or 0, b"")
    for campaign in new:
        if campaign.opened_by and campaign.id == campaign.opened_by[0].campaign_id:
            campaign.opened_by[0].dictionary = b""  # the first one stands alone
    lane.write(Write.CAMPAIGN_JOINED, [_joined(campaign) for campaign in campaigns])


def _find(lane: Lane, likely: Sequence[tuple[Filing, ReportEntry]]) -> Sequence[_Campaign]:
    """The campaigns of all reports, by number; new ones have got theirs."""
    owners = _owners(lane, sorted({key for _, report in likely for key in report.keys}))
    joined = [(filing, report, _join(owners, filing, report)) for filing, report in likely]
    campaigns = list({id(campaign): campaign for _, _, campaign in joined}.values())
    new = [campaign for campaign in campaigns if campaign.opened_by]
    for campaign, number in zip(new, lane.reserve(Numbered.CAMPAIGN, len(new)), strict=True):
        campaign.id = number
    for filing, report, campaign in joined:
        filing.campaign_ids[report.position] = campaign.id
    return sorted(campaigns, key=lambda campaign: campaign.id)


def _owners(lane: Lane, keys: Sequence[int]) -> dict[int, _Campaign]:
    rows = lane.ask(Ask.CAMPAIGNS, keys) if keys else ()
    stored = {number: _Campaign(id=number, sketch=bytes(sketch), members={}) for number, _, sketch in rows}
    return {key: stored[number] for number, key, _ in rows}


def _join(owners: dict[int, _Campaign], filing: Filing, report: ReportEntry) -> _Campaign:
    """The campaign that a report resembles most among the owners of its keys, or a new one, which gets the keys that are free."""
    likely = {id(owners[key]): owners[key] for key in report.keys if key in owners}.values()
    campaign = max(likely, key=lambda one: likeness(one.sketch, report.sketch), default=None)
    if campaign is None or likeness(campaign.sketch, report.sketch) < RESEMBLING:
        free = tuple(key for key in report.keys if key not in owners)
        campaign = _Campaign(sketch=report.sketch, opened_by=(filing, report), keys=free, members={})
        owners |= dict.fromkeys(free, campaign)
    campaign.members[filing.id] = filing
    return campaign


def _dictionaries(lane: Lane, campaigns: Sequence[_Campaign]) -> dict[int, bytes]:
    """The dictionary of each campaign that has more than its first; made when the second one comes, and kept from then on."""
    stored = [campaign.id for campaign in campaigns if not campaign.opened_by]
    kept = {row[0]: row[1:] for row in lane.ask(Ask.DICTIONARIES, stored)} if stored else {}
    found = {number: _opened(bytes(copy)) for number, (copy, *_) in kept.items() if copy}
    made = {number: _of_stored(*rest) for number, (copy, *rest) in kept.items() if not copy}
    made |= {one.id: _of_filing(one.opened_by[0]) for one in campaigns if one.opened_by and len(one.members) > 1}
    lane.write(Write.DICTIONARY, [{"key": number, "copy": keep(made[number])} for number in sorted(made) if made[number]])
    return found | made


def _opened(copy: bytes) -> bytes:
    """A kept dictionary, b"" when it is damaged: what comes now stands alone."""
    try:
        return opened(copy)
    except FrameDamaged:
        return b""


def _of_stored(frame: bytes | None, raw_bytes: int | None, document: bytes | None, words: bytes | None) -> bytes:
    """The dictionary that a stored first submission makes; b"" where it cannot be one."""
    if not (frame and raw_bytes and document and words):
        return b""
    try:
        raw = open_frame(bytes(frame), most_bytes=raw_bytes)
        return dictionary_of(raw, *(open_frame(bytes(one), most_bytes=MOST_BYTES) for one in (document, words)))
    except FrameDamaged:
        return b""


def _of_filing(filing: Filing) -> bytes:
    entry = filing.entry
    if entry.raw_bytes > MOST_BYTES:
        return b""
    return dictionary_of(open_frame(entry.frame, most_bytes=entry.raw_bytes), entry.document.encode(), entry.words.encode())


def _joined(campaign: _Campaign) -> Row:
    latest = max(filing.entry.arrived_at for filing in campaign.members.values())
    return {"key": campaign.id, "more": len(campaign.members), "moment": latest}


def _row(campaign: _Campaign) -> Row:
    assert campaign.opened_by is not None
    filing, report = campaign.opened_by
    return {
        "id": campaign.id,
        "name": reference_of(filing.entry.digest, filing.entry.verdict),
        "first_submission_id": filing.id,
        "subject": report.subject or filing.entry.subject,
        "event": report.event.value,
        "submissions": 0,
        "first_at": filing.entry.arrived_at,
        "last_at": filing.entry.arrived_at,
        "sketch": campaign.sketch,
        "dictionary": None,
    }
