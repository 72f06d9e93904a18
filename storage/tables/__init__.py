"""The tables.   SQLModel classes without behaviour: rows are written by Core from recording.py and read by queries.py.

Words stand in the columns as the contract writes them; "" means that there is none, and NULL that it is not known or not yet.
Those of who may work at the desk (staff.py) are imported where they are needed.
"""

from storage.tables.campaigns import CAMPAIGN, CAMPAIGN_KEY
from storage.tables.cases import CASE, CASE_HISTORY, CASE_SUBMISSION
from storage.tables.counts import DAY_COUNT, HOUR_COUNT, NAME_COUNT, OFTEN
from storage.tables.errands import ANNOUNCEMENT, NOTICE, OUTBOX
from storage.tables.keeping import AUDIT, LEGAL_HOLD
from storage.tables.reports import REPORT, REPORT_ADDRESS, REPORT_LINK
from storage.tables.row import METADATA, Row
from storage.tables.submissions import COMPLETION, EVIDENCE, EXPLANATION, SUBMISSION, SUBMISSION_HISTORY, SUBMISSION_WORDS

__all__ = [
    "ANNOUNCEMENT",
    "AUDIT",
    "CAMPAIGN",
    "CAMPAIGN_KEY",
    "CASE",
    "CASE_HISTORY",
    "CASE_SUBMISSION",
    "COMPLETION",
    "DAY_COUNT",
    "EVIDENCE",
    "EXPLANATION",
    "HOUR_COUNT",
    "LEGAL_HOLD",
    "METADATA",
    "NAME_COUNT",
    "NOTICE",
    "OFTEN",
    "OUTBOX",
    "REPORT",
    "REPORT_ADDRESS",
    "REPORT_LINK",
    "Row",
    "SUBMISSION",
    "SUBMISSION_HISTORY",
    "SUBMISSION_WORDS",
]
