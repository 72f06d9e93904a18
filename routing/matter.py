"""One report with everything that a rule of the decision table may look at."""

from dataclasses import dataclass
from functools import cached_property

from config.events import Event, Item
from config.policy import Policy
from parsers.defects import Defect
from parsers.report import Address, Report, Role
from routing.classify import Classified
from routing.decision import JudgedAddress, JudgedLink
from routing.provenance import Grade, HopStatus, Provenance, Rung

_BELIEVED = frozenset({Grade.CONFIRMED, Grade.ASSERTED})


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One report with everything that a rule may look at."""

    report: Report
    provenance: Provenance
    classified: Classified
    links: tuple[JudgedLink, ...]
    addresses: tuple[JudgedAddress, ...]
    missing: tuple[Item, ...]
    policy: Policy
    defects: tuple[Defect, ...] = ()
    is_bulk: bool = False  # the submission itself bears the marks of bulk mail
    is_to_desk: bool = True  # the submission was written to a desk

    @property
    def event(self) -> Event:
        """What is reported."""
        return self.classified.event

    @property
    def has_mail(self) -> bool:
        """Whether a mail is reported, header-less or not."""
        return self.report.message is not None

    @cached_property
    def own_sender(self) -> bool:
        """Whether the handover address was ours when the mail was handed over, and is believed."""
        return self.provenance.grade in _BELIEVED and self._was_ours(self.provenance.ip)

    @cached_property
    def own_address(self) -> JudgedAddress | None:
        """The first accused address that is ours."""
        return next((one for one in self.addresses if one.is_own and one.reported.role is Role.SOURCE), None)

    @cached_property
    def own_link(self) -> JudgedLink | None:
        """The first link whose host is ours; the genuine page beside the one complained of is not."""
        return next((one for one in self.links if one.is_own and one.link.role is Role.SOURCE), None)

    @cached_property
    def is_conflicting(self) -> bool:
        """Whether the evidence names several addresses, one of them ours."""
        named = (self.provenance.ip, *self.provenance.conflicting)
        return bool(self.provenance.conflicting) and any(self._was_ours(ip) for ip in named)

    def own_rung(self, status: HopStatus) -> Rung | None:
        """The first rung of that status whose address is ours."""
        return next((rung for rung in self.provenance.rungs if rung.status is status and self._was_ours(rung.ip)), None)

    @cached_property
    def names_something(self) -> bool:
        """Whether there is any address or link to decide upon."""
        accused = any(one.reported.role is Role.SOURCE for one in self.addresses)
        return accused or bool(self.links) or self.provenance.ip is not None

    @cached_property
    def is_ours(self) -> bool:
        """Whether any ground for accepting it stands."""
        return self.accuses_own_address or self.own_link is not None

    @cached_property
    def accuses_own_address(self) -> bool:
        """Whether the sender or an accused address is ours, by the mail's own chain or by the report."""
        return bool(self.own_sender or self.own_rung(HopStatus.ATTESTED) or self.own_address)

    def _was_ours(self, ip: Address | None) -> bool:
        return ip is not None and self.policy.prefixes.find(ip, self.provenance.handed_over_at) is not None
