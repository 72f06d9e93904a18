"""`serve`: run the service until it is told to stop, and say how to reach it."""

import asyncio
import signal
import sys

from config.settings import Settings, build_policy
from config.values import Endpoint
from intake.aftermath import Aftermath
from intake.exits import Exit
from intake.logs import log_to_stderr
from intake.pool import staffed_pool
from intake.retain import Keeper
from intake.service import Service
from intake.web import Web

# The loop lets go of the interpreter at each system call; a thread that computes beside it must give it back at once.
_SWITCH_S = 0.0005


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT.   Raises ConfigError, StorageError and its kin."""
    log_to_stderr()
    sys.setswitchinterval(_SWITCH_S)
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    told_to_stop = stopping()
    policy = build_policy(settings)
    pool = staffed_pool(policy, settings.workers)
    aftermath = Aftermath(settings, policy)
    service = Service(settings, pool, aftermath.lookups)
    keeper = Keeper(settings)
    try:
        await aftermath.prepare()
        await service.start()
        aftermath.start()
        web = Web(settings, policy, pool)
        await web.start()
        keeper.start()
    except OSError as error:
        print(f"abusedesk: {error}", file=sys.stderr)
        return Exit.UNAVAILABLE
    _print_addresses(service, settings)
    print(f"The desk on {web.address}", flush=True)
    await told_to_stop.wait()
    await keeper.stop()
    await web.stop()
    await aftermath.stop()
    await service.stop()
    return Exit.OK


def stopping() -> asyncio.Event:
    """Set when the process is told to stop (SIGTERM, SIGINT)."""
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    return told_to_stop


def sending_to(address: Endpoint, settings: Settings) -> str:
    """The command line that sends a mail in a file to the service and shows its answer."""
    to = next(iter(settings.policy.desk_addresses), "abuse@localhost")
    return f"curl -v --crlf smtp://{address} --mail-from you@example.net --mail-rcpt {to} --upload-file report.eml"


def _print_addresses(service: Service, settings: Settings) -> None:
    for address in service.addresses:
        print(f"SMTP on {address}")
    if settings.smtp.lmtp_socket:
        print(f"LMTP on {settings.smtp.lmtp_socket}")
    if service.addresses:
        print(f"Send it a mail:  {sending_to(service.addresses[0], settings)}")
    sys.stdout.flush()
