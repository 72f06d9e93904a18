"""pyspf behind one function (RFC 7208): whether a domain lets an address send for it.   Blocking: called in a thread."""

import threading
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dns.resolver import Resolver

_asked = threading.local()  # the resolver of this thread's question: pyspf knows one function for all of them
_LOOKUP_S = 3


def spf_passes(ip: str, mail_from: str, *, resolver: str, within_s: float) -> bool:
    """Whether SPF says pass; everything else, an error included, is False.

    resolver: "" for the system's, else "address:port".   The HELO name is not kept with a submission; the sender's domain stands for it.
    """
    _asked.resolver = _resolver(resolver)
    try:
        result, _ = _pyspf().check2(i=ip, s=mail_from, h=mail_from.rpartition("@")[2], timeout=_LOOKUP_S, querytime=within_s)
    except Exception:  # hostile records reach the library here; whatever it raises vouches for nobody
        return False
    return bool(result == "pass")


@cache
def _pyspf() -> Any:
    """The library, asking our resolver; its docstrings hold escapes that newer Pythons warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import spf
    spf.DNSLookup = _look_up
    return spf


def _look_up(name: str, record_type: str, tcpfallback: bool = True, timeout: float = _LOOKUP_S) -> list[tuple[tuple[str, str], Any]]:
    """As pyspf wants it.   Raises spf.TempError."""
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, NoAnswer

    try:
        answer = _asked.resolver.resolve(name, record_type, lifetime=min(timeout, _LOOKUP_S), search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError, ValueError) as error:
        raise _pyspf().TempError("DNS") from error
    return [((name, record_type), _value(record, record_type)) for record in list(answer)[:20]]


def _value(record: Any, record_type: str) -> Any:
    match record_type:
        case "A" | "AAAA":
            return record.address
        case "MX":
            return record.preference, record.exchange
        case "PTR":
            return record.target.to_text(True)
        case _:
            return record.strings


def _resolver(written: str) -> "Resolver":
    from dns.resolver import Resolver

    resolver = Resolver(configure=not written)
    if written:
        host, _, port = written.rpartition(":")
        resolver.nameservers, resolver.port = [host.strip("[]")], int(port)
    return resolver
