"""Names of the fields that headers have, as one pattern: any of them opens or continues a header that stands in a text."""

KNOWN_NAME = (
    r"(?:return-path|received(?:-spf)?|delivered-to|x-[\w-]{1,70}|envelope-to|delivery-date|original-recipient|from|to|cc|subject|date"
    r"|message-id|reply-to|sender|dkim-signature|domainkey-signature|authentication-results|arc-[a-z-]{1,40}|mime-version|list-[a-z]{1,20}"
    r"|content-type|content-transfer-encoding|content-language|resent-[a-z-]{1,20}|errors-to|precedence|importance|in-reply-to|references"
    r"|thread-[a-z]{1,10}|feedback-id|auto-submitted|user-agent|organization|status|bounces-to|apparently-to|dkim-filter)"
)
