# RFC 5228: for the mailbox that abuse@ is delivered to, where nothing else of the mail server can be changed.
# The redirected mail keeps its headers, so that abusedesk reads it as a redirected report; ":copy" (RFC 3894) leaves one here.
require ["envelope", "copy"];

if envelope :is "to" ["abuse@example-host.jp", "abuse+spam@example-host.jp", "abuse+phishing@example-host.jp"] {
    redirect :copy "abuse@desk.example-host.jp";
}
