"""LMTP (RFC 2033): what a mail server on this machine hands over, with one answer for each recipient."""

from aiosmtpd.smtp import syntax

from intake.session import Session


class LmtpSession(Session):
    """A session with a mail server."""

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:
        """The greeting instead of HELO and EHLO (section 4.1)."""
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, hostname: str) -> None:
        """Not a command of LMTP."""
        await self.push("500 5.5.1 This is LMTP: LHLO comes first")

    async def smtp_EHLO(self, hostname: str) -> None:
        """Not a command of LMTP."""
        await self.push("500 5.5.1 This is LMTP: LHLO comes first")

    def _reply_count(self, recipients: int) -> int:
        return recipients
