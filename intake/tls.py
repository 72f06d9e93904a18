"""The certificate for STARTTLS."""

import ssl

from config.errors import ConfigError
from config.sections import Smtp


def tls_context(smtp: Smtp) -> ssl.SSLContext | None:
    """What STARTTLS is done with; None when there is no certificate.   Raises ConfigError when it cannot be used."""
    if not smtp.tls_cert:
        if smtp.tls_required:
            raise ConfigError("smtp.tls_required: there is no smtp.tls_cert")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(smtp.tls_cert, smtp.tls_key or None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"smtp.tls_cert: {smtp.tls_cert}: {error.strerror or error}") from error
    return context
