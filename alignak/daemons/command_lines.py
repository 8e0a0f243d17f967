"""The command line that the parameters of ``command`` mean; the door asks for it."""

from __future__ import annotations

from alignak.api.arbiter import CommandRequest
from alignak.base.errors import RefusedError


def command_line(request: CommandRequest) -> str:
    """Return the command line a request means (http-api.md 2.4): ``[ts] NAME;element or host[;service] or user;rest``.

    Raises RefusedError when there is no command or the timestamp is no number.
    """
    if request.command is None:
        raise RefusedError("Missing command parameter")
    text = request.command.strip()
    stamp = ""
    if text.startswith("["):
        stamp, bracket, text = text.partition("]")
        stamp, text = stamp + bracket, text.strip()
    if request.timestamp is not None:
        try:
            stamp = f"[{int(request.timestamp)}]"
        except ValueError:
            raise RefusedError("Timestamp must be an integer value") from None
    name, semicolon, rest = text.partition(";")
    pieces = [name.upper() + semicolon + rest, *targets(request)]
    if request.parameters:
        pieces.append(request.parameters)
    line = ";".join(pieces)
    return f"{stamp} {line}" if stamp else line


def targets(request: CommandRequest) -> list[str]:
    """Return the target pieces of a request: a named host, service or user goes before ``element``."""
    if request.host or request.service or request.user:
        return [each for each in (request.host, request.service, request.user) if each]
    return request.element.split("/", 1) if request.element else []
