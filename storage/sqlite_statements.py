"""The statements of the SQLite lane.

Printed from storage/tables/ by `python -m storage.statements`; a test fails when it differs.
"""

from storage.lane import Ask, Write

QUESTIONS: dict[Ask, str] = {
    Ask.KNOWN: (
        "SELECT submission.id, submission.digest, submission.state, submission.verdict, submission.reason, "
        "submission.told_reference, submission.answer FROM submission WHERE submission.digest IN (SELECT value FROM "
        "json_each(:keys))"
    ),
    Ask.CAMPAIGNS: (
        "SELECT campaign.id, campaign_key.band, campaign.sketch FROM campaign_key JOIN campaign ON campaign.id = "
        "campaign_key.campaign_id WHERE campaign_key.band IN (SELECT value FROM json_each(:keys))"
    ),
    Ask.DICTIONARIES: (
        "SELECT campaign.id, campaign.dictionary, evidence.frame, evidence.raw_bytes, explanation.document, explanation.words "
        "FROM campaign LEFT OUTER JOIN evidence ON evidence.submission_id = campaign.first_submission_id AND "
        "evidence.dictionary_id IS NULL AND evidence.raw_bytes <= 1048576 AND campaign.dictionary IS NULL LEFT OUTER JOIN "
        "explanation ON explanation.submission_id = campaign.first_submission_id AND explanation.dictionary_id IS NULL AND "
        "campaign.dictionary IS NULL WHERE campaign.id IN (SELECT value FROM json_each(:keys)) ORDER BY campaign.id"
    ),
    Ask.CASES: (
        "SELECT abuse_case.id, abuse_case.case_key, abuse_case.letters, abuse_case.event, abuse_case.closed_at IS NULL AS "
        "is_open FROM abuse_case WHERE abuse_case.case_key IN (SELECT value FROM json_each(:keys)) AND (abuse_case.closed_at "
        "IS NULL OR abuse_case.closed_at >= :since) ORDER BY abuse_case.id"
    ),
}

WRITES: dict[Write, str] = {
    Write.SUBMISSION: (
        "INSERT INTO submission (id, digest, told_reference, state, verdict, reason, event, door, arrived_at, mail_from, "
        "rcpt_to, peer, reporter, subject, message_id, source_ip, network, language, missing, answer, policy_version, "
        "raw_bytes, campaign_id, is_automatic, is_sealed, repeats, last_arrived_at) VALUES (:id, :digest, :told_reference, "
        ":state, :verdict, :reason, :event, :door, :arrived_at, :mail_from, :rcpt_to, :peer, :reporter, :subject, "
        ":message_id, :source_ip, :network, :language, :missing, :answer, :policy_version, :raw_bytes, :campaign_id, "
        ":is_automatic, :is_sealed, :repeats, :last_arrived_at)"
    ),
    Write.SETTLE: (
        "UPDATE submission SET told_reference=:new_told_reference, state=:new_state, verdict=:new_verdict, "
        "reason=:new_reason, event=:new_event, reporter=:new_reporter, subject=:new_subject, message_id=:new_message_id, "
        "source_ip=:new_source_ip, network=:new_network, language=:new_language, missing=:new_missing, answer=:new_answer, "
        "policy_version=:new_policy_version, campaign_id=:new_campaign_id, is_automatic=:new_is_automatic, "
        "is_sealed=:new_is_sealed WHERE submission.id = :key AND submission.state = 'received'"
    ),
    Write.SETTLED: ("UPDATE outbox SET done_at=:moment WHERE outbox.submission_id = :key AND outbox.done_at IS NULL"),
    Write.REPEAT: ("UPDATE submission SET repeats=(submission.repeats + :times), last_arrived_at=:moment WHERE submission.id = :key"),
    Write.EVIDENCE: (
        "INSERT INTO evidence (submission_id, sha256, raw_bytes, location, dictionary_id, frame) VALUES (:submission_id, "
        ":sha256, :raw_bytes, :location, :dictionary_id, :frame)"
    ),
    Write.EXPLANATION: (
        "INSERT INTO explanation (submission_id, dictionary_id, document, words, facts) VALUES (:submission_id, "
        ":dictionary_id, :document, :words, :facts)"
    ),
    Write.WORDS: ("INSERT INTO submission_words (submission_id, words) VALUES (:submission_id, :words)"),
    Write.SEARCH: ("INSERT INTO submission_search (rowid, words) VALUES (:rowid, :words)"),
    Write.REPORT: (
        "INSERT INTO report (submission_id, position, verdict, reason, event, found_as, source_ip, grade, accused_kind, "
        "accused_value, contractor, service, message_id, subject, campaign_id) VALUES (:submission_id, :position, :verdict, "
        ":reason, :event, :found_as, :source_ip, :grade, :accused_kind, :accused_value, :contractor, :service, :message_id, "
        ":subject, :campaign_id)"
    ),
    Write.LINK: (
        "INSERT INTO report_link (submission_id, position, number, host, url, in_network) VALUES (:submission_id, :position, "
        ":number, :host, :url, :in_network)"
    ),
    Write.ADDRESS: (
        "INSERT INTO report_address (submission_id, position, number, ip, sort_key, network, role, at) VALUES "
        "(:submission_id, :position, :number, :ip, :sort_key, :network, :role, :at)"
    ),
    Write.ERRAND: (
        "INSERT INTO outbox (kind, submission_id, due_at, lease_until, holder, attempts, last_error, done_at) VALUES (:kind, "
        ":submission_id, :due_at, :lease_until, :holder, :attempts, :last_error, :done_at)"
    ),
    Write.CASE: (
        "INSERT INTO abuse_case (id, letters, case_key, event, accused_kind, accused_value, contractor, service, state, "
        "assignee, opened_at, last_report_at, first_action_at, closed_at, due_at, submissions) VALUES (:id, :letters, "
        ":case_key, :event, :accused_kind, :accused_value, :contractor, :service, :state, :assignee, :opened_at, "
        ":last_report_at, :first_action_at, :closed_at, :due_at, :submissions)"
    ),
    Write.CASE_AGAIN: ("UPDATE abuse_case SET state=:new_state, closed_at=NULL, due_at=:new_due WHERE abuse_case.id = :key"),
    Write.CASE_JOINED: (
        "UPDATE abuse_case SET last_report_at=CASE WHEN (:moment > abuse_case.last_report_at) THEN :moment ELSE "
        "abuse_case.last_report_at END, submissions=(abuse_case.submissions + :more) WHERE abuse_case.id = :key"
    ),
    Write.CASE_SUBMISSION: ("INSERT INTO case_submission (case_id, submission_id) VALUES (:case_id, :submission_id)"),
    Write.CASE_HISTORY: (
        "INSERT INTO case_history (case_id, at, actor, action, from_state, to_state, note) VALUES (:case_id, :at, :actor, "
        ":action, :from_state, :to_state, :note)"
    ),
    Write.COMPLETION: ("INSERT INTO completion (submission_id, earlier_id) VALUES (:submission_id, :earlier_id)"),
    Write.COMPLETED: ("UPDATE submission SET state='completed' WHERE submission.id = :key"),
    Write.SUBMISSION_HISTORY: (
        "INSERT INTO submission_history (submission_id, at, actor, from_state, to_state, note) VALUES (:submission_id, :at, "
        ":actor, :from_state, :to_state, :note)"
    ),
    Write.CAMPAIGN: (
        "INSERT INTO campaign (id, name, first_submission_id, subject, event, submissions, first_at, last_at, sketch, "
        "dictionary) VALUES (:id, :name, :first_submission_id, :subject, :event, :submissions, :first_at, :last_at, :sketch, "
        ":dictionary)"
    ),
    Write.CAMPAIGN_KEY: ("INSERT INTO campaign_key (band, campaign_id) VALUES (:band, :campaign_id)"),
    Write.CAMPAIGN_JOINED: (
        "UPDATE campaign SET submissions=(campaign.submissions + :more), last_at=CASE WHEN (:moment > campaign.last_at) THEN "
        ":moment ELSE campaign.last_at END WHERE campaign.id = :key"
    ),
    Write.DICTIONARY: ("UPDATE campaign SET dictionary=:copy WHERE campaign.id = :key"),
    Write.DAY_COUNT: (
        "INSERT INTO day_count (day, verdict, reason, event, number) VALUES (:day, :verdict, :reason, :event, :number) ON "
        "CONFLICT (day, verdict, reason, event) DO UPDATE SET number = (day_count.number + excluded.number)"
    ),
    Write.HOUR_COUNT: (
        "INSERT INTO hour_count (hour, verdict, number, first_id, last_id) VALUES (:hour, :verdict, :number, :first_id, "
        ":last_id) ON CONFLICT (hour, verdict) DO UPDATE SET number = (hour_count.number + excluded.number), first_id = CASE "
        "WHEN (excluded.first_id < hour_count.first_id) THEN excluded.first_id ELSE hour_count.first_id END, last_id = CASE "
        "WHEN (excluded.last_id > hour_count.last_id) THEN excluded.last_id ELSE hour_count.last_id END"
    ),
    Write.NAME_COUNT: (
        "INSERT INTO name_count (kind, name, verdict, number, last_at) VALUES (:kind, :name, :verdict, :number, :last_at) ON "
        "CONFLICT (kind, name, verdict) DO UPDATE SET number = (name_count.number + excluded.number), last_at = CASE WHEN "
        "(excluded.last_at > name_count.last_at) THEN excluded.last_at ELSE name_count.last_at END"
    ),
}
