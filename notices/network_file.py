"""maxminddb behind one class: a site's own file of networks (.mmdb), asked before any registry; it lies on this machine.

Files of autonomous systems name the organisation that announces a network, never an abuse address: a registry may add that later.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.errors import ConfigError
from notices.registry_answer import Address, plain_words
from routing.facts import Known, NetworkAnswer

_NAMES = ("autonomous_system_organization", "organization", "isp", "as_name", "name")


class NetworkFile:
    """Open until the process ends; a file that is replaced is read at the next start."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError for what is no such file."""
        import maxminddb

        try:
            self._reader = maxminddb.open_database(path)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise ConfigError(f"lookups.asn_file: {path}: {error}") from error
        self._damaged = (maxminddb.InvalidDatabaseError, ValueError)

    def find(self, address: Address) -> NetworkAnswer | None:
        """What the file says of an address; None where it says nothing.   Raises: nothing."""
        try:
            found, length = self._reader.get_with_prefix_len(address)
        except self._damaged:  # ValueError: an IPv6 address in a file of IPv4
            return None
        if not isinstance(found, Mapping):
            return None
        network = f"{_first(address, length)}/{length}"
        return NetworkAnswer(known=Known.FOUND, network=network, organisation=_organisation(found))

    def close(self) -> None:
        """Give the file back."""
        self._reader.close()


def _first(address: Address, length: int) -> Address:
    """The first address of the network."""
    host_bits = address.max_prefixlen - length
    return type(address)(int(address) >> host_bits << host_bits)


def _organisation(found: Mapping[str, Any]) -> str:
    name = next((plain_words(found[key]) for key in _NAMES if found.get(key)), "")
    number = found.get("autonomous_system_number")
    return f"{name} (AS{number})" if name and isinstance(number, int) else name or (f"AS{number}" if isinstance(number, int) else "")
