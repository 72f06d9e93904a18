"""`health`: ask the running service how it is; for containers and for people."""

import http.client
import sys
from argparse import Namespace

from intake.exits import Exit

_TIMEOUT_S = 5.0


def health_command(parsed: Namespace) -> int:
    """Print what /readyz says; exit 0 when it is ready, 69 when it is not, or not there.   Raises ConfigError."""
    from config.errors import ConfigError
    from config.settings import load_settings

    endpoints = load_settings(parsed.config).operation.listen
    if not endpoints:
        raise ConfigError("operation.listen: is not set, so there is nobody to ask")
    connection = http.client.HTTPConnection(*endpoints[0], timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        with connection.getresponse() as response:
            print(response.read(65_536).decode("ascii", "replace"), end="")
            return Exit.OK if response.status == 200 else Exit.UNAVAILABLE
    except (OSError, http.client.HTTPException) as error:
        print(f"abusedesk: {endpoints[0]}: {type(error).__name__}", file=sys.stderr)
        return Exit.UNAVAILABLE
    finally:
        connection.close()
