"""TLS on both sides of a link: which files, which versions, who must show a certificate.

The server and the clients ask for their contexts here. TLS 1.2 is the least that is spoken and there is no switch that
turns verification off: ``hard_ssl_name_check=0`` leaves out the host name alone, never the authority.
"""

from __future__ import annotations

import ssl
from typing import Any, Final

from msgspec import Struct

from alignak.base.errors import StartError

_CRL: Final = b"-----BEGIN X509 CRL-----"

HANDSHAKE: Final = 0x16
"""First byte of whatever TLS client speaks."""


class TlsFiles(Struct, frozen=True):
    """The certificate of one daemon and the authority it trusts, as paths of PEM files."""

    server_cert: str
    server_key: str
    ca_cert: str = ""
    """With it, daemons must show a certificate of this authority to each other. It may hold a revocation list too."""
    server_dh: str = ""
    hard_ssl_name_check: bool = True


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """Return the context of a listening daemon; StartError with exit code 2 when a file does not fit."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    try:
        context.load_cert_chain(files.server_cert, files.server_key)
        if files.server_dh:
            context.load_dh_params(files.server_dh)
        if files.ca_cert:
            _trust(context, files.ca_cert)
            context.verify_mode = ssl.CERT_OPTIONAL  # people come with a key instead; the gate asks daemons for both
    except (OSError, ssl.SSLError) as error:
        raise _unusable(files, error) from error
    return context


def client_context(files: TlsFiles | None, ca_cert: str = "", check_hostname: bool = True) -> ssl.SSLContext:
    """Return the context of a caller, which shows its own daemon's certificate when it has one.

    Without ``ca_cert`` the authorities of the system are trusted. StartError when a file does not fit.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = check_hostname
    try:
        if ca_cert:
            _trust(context, ca_cert)
        else:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        if files is not None:
            context.load_cert_chain(files.server_cert, files.server_key)
    except (OSError, ssl.SSLError) as error:
        raise _unusable(files or TlsFiles("", "", ca_cert), error) from error
    return context


def shown_certificate(sock: ssl.SSLSocket) -> dict[str, Any] | None:
    """Return the verified certificate a client showed, empty when it showed none, None when none was asked for."""
    if sock.context.verify_mode is ssl.CERT_NONE:
        return None
    return dict(sock.getpeercert() or {})


def _trust(context: ssl.SSLContext, ca_cert: str) -> None:
    context.load_verify_locations(cafile=ca_cert)
    with open(ca_cert, "rb") as file:
        if _CRL in file.read():
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF


def _unusable(files: TlsFiles, error: Exception) -> StartError:
    return StartError(
        f"TLS cannot be set up with server_cert={files.server_cert} server_key={files.server_key} "
        f"ca_cert={files.ca_cert or 'none'}: {error}. Check that the files exist, belong together and can be read.",
        exit_code=2,
    )
