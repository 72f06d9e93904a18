"""A million own prefixes: how long they take to load, and a look-up among them."""

import random
import tempfile
import time
from ipaddress import IPv4Address, ip_network
from pathlib import Path

from bench.figures import Figure
from config.prefixes import PrefixTable

_LENGTHS = range(8, 33)
_LOOK_UPS = 50_000


def prefixes(count: int) -> list[Figure]:
    """Load a file of that many, of 25 lengths, then look up addresses of which half are in one."""
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "prefixes.csv")
        lines = [_line(dice) for _ in range(count)]
        path.write_text("prefix,contractor,service,valid_from,valid_to\n" + "\n".join(dict.fromkeys(lines)) + "\n")
        begun = time.process_time()
        held = PrefixTable(files=[path])
        load_s = time.process_time() - begun
    addresses = [IPv4Address(dice.getrandbits(32)) for _ in range(_LOOK_UPS)]
    for address in addresses:
        held.find(address)  # lines become values when they are found first
    begun = time.process_time()
    for address in addresses:
        held.find(address)
    look_up_us = 1e6 * (time.process_time() - begun) / _LOOK_UPS
    return [
        Figure(name=f"load {held.size:,} prefixes", measured=f"{load_s:.1f} s", target="≤ 3 s", is_met=load_s <= 3),
        Figure(name="look-up among them, 25 lengths", measured=f"{look_up_us:.1f} µs", target="≤ 3 µs", is_met=look_up_us <= 3),
    ]


def _line(dice: random.Random) -> str:
    length = min(32, max(8, int(dice.gauss(26, 3)))) if dice.random() < 0.95 else dice.choice(_LENGTHS)
    network = ip_network((dice.getrandbits(32), length), strict=False)
    return f"{network},Contractor {dice.randrange(5_000)},vps,,"
