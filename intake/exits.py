"""Exit codes, as sysexits.h has them."""

from enum import IntEnum


class Exit(IntEnum):
    """What a pipe transport does next is decided by these."""

    OK = 0  # Recorded, whatever the verdict.
    USAGE = 64  # The command line is wrong.
    NOT_A_MAIL = 65  # The input is no mail.
    NO_INPUT = 66  # No such file, or it cannot be read.
    UNAVAILABLE = 69  # The service is down.
    CANNOT_CREATE = 73  # An output file cannot be made.
    IO_ERROR = 74  # Writing failed.
    TRY_AGAIN = 75  # Our own trouble: the sender keeps the mail and tries again.
    REFUSED = 77  # Refused by policy; only with --on-reject bounce.
    CONFIG = 78  # The configuration is wrong.
