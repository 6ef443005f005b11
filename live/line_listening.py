"""What a line server needs of its machine: a port, a certificate, and enough files for its lines."""

import os
import resource
import socket
import ssl
from dataclasses import dataclass

from django.conf import settings

BACKLOG = 1024  # connections that wait to be let in
FILES = 512  # for everything but lines: databases, logs, websockets


class Unusable(Exception):
    """The server cannot start like this; the sentence says what to set."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many lines there may be, in all and from one network."""

    lines: int = 4_000
    per_network: int = 2_000


def limits() -> Limits:
    """Return the limits that the settings name."""
    usual = Limits()
    return Limits(
        getattr(settings, "LINE_CONNECTIONS", usual.lines),
        getattr(settings, "LINE_CONNECTIONS_PER_ADDRESS", usual.per_network),
    )


def allow_files(most: Limits) -> None:
    """Raise this process's limit of open files, as far as the system lets it: each line is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most.lines + FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        top = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, top), hard))


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens for lines.

    :raises Unusable: if the port cannot be had
    """
    try:
        return socket.create_server((host, port), backlog=BACKLOG, family=_family(host))
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        other = port + 1 if port < 65_535 else 9300
        raise Unusable(
            f"Cannot listen for lines on {host}:{port} ({reason}). Stop what runs there, "
            f"or choose another port: TCP_PORT={other}"
        ) from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def tls() -> ssl.SSLContext | None:
    """Return how lines are encrypted, if LINE_TLS_CERT and LINE_TLS_KEY say with what.

    :raises Unusable: if the files are not a certificate and its key
    """
    certificate, key = getattr(settings, "LINE_TLS_CERT", ""), getattr(settings, "LINE_TLS_KEY", "")
    if not certificate and not key:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key or None)
    except (OSError, ssl.SSLError) as error:
        raise Unusable(
            f"LINE_TLS_CERT={certificate} and LINE_TLS_KEY={key} cannot be used: {error}"
        ) from None
    return context
