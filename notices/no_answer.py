"""Why a server gave no answer, for a person to act on; nothing of what the server said is in it."""

import socket


def why_no_answer(server: str, error: Exception) -> str:
    """The server and what went wrong with it, as in "whois.example: its name was not found"."""
    match error:
        case socket.gaierror():
            reason = "its name was not found"
        case TimeoutError():
            reason = "it did not answer in time"
        case ConnectionRefusedError():
            reason = "nothing listens there"
        case _:
            reason = type(error).__name__
    return f"{server}: {reason}"
