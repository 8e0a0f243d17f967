"""All errors of the project on one page.

Each class says three things the code around it needs: a stable ``code`` for machines, the HTTP ``status`` it becomes
at a daemon's door, and whether trying again ``can_retry`` help. A message shows the value that caused the error and
what to do about it; it never holds a secret.
"""

from __future__ import annotations

from typing import ClassVar


class AlignakError(Exception):
    """The root of what our code raises on purpose."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    can_retry: ClassVar[bool] = False

    @property
    def message(self) -> str:
        """Return the text meant for a person."""
        return str(self)


class StartError(AlignakError):
    """A daemon or command cannot start; ``exit_code`` is the historical one (configuration.md 3.4).

    The diagnostics say each error of a configuration with file and line, when that is why.
    """

    code = "start"

    def __init__(self, message: str, exit_code: int = 3, diagnostics: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.diagnostics = diagnostics


class ConfigurationError(AlignakError):
    """A configuration has errors; the diagnostics say each one with file and line."""

    code = "configuration"
    status = 200

    def __init__(self, message: str, diagnostics: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


class RefusedError(AlignakError):
    """A request was understood and is refused on business grounds: HTTP 200 with ``_status`` ERR."""

    code = "refused"
    status = 200


class BadRequestError(AlignakError):
    """The request cannot be read: bad JSON, wrong type, malformed header."""

    code = "bad_request"
    status = 400


class UnauthorizedError(AlignakError):
    """The caller gave no credentials, or wrong ones."""

    code = "unauthorized"
    status = 401


class ForbiddenError(AlignakError):
    """The caller is known and may not do this."""

    code = "forbidden"
    status = 403


class NotFoundError(AlignakError):
    """No such path; also a missing or unexpected query parameter, as the historical server answered."""

    code = "not_found"
    status = 404


class MethodNotAllowedError(AlignakError):
    """The path exists and does not answer this method."""

    code = "method_not_allowed"
    status = 405

    def __init__(self, message: str, allowed: tuple[str, ...]) -> None:
        super().__init__(message)
        self.allowed = allowed


class RequestTimeoutError(AlignakError):
    """The caller was too slow to send its request."""

    code = "request_timeout"
    status = 408


class LengthRequiredError(AlignakError):
    """A body came without a length where one is needed."""

    code = "length_required"
    status = 411


class TooLargeError(AlignakError):
    """A body, a header or a nesting is over its limit."""

    code = "too_large"
    status = 413


class UnsupportedMediaError(AlignakError):
    """The body is not JSON."""

    code = "unsupported_media"
    status = 415


class NotReadyError(AlignakError):
    """The daemon holds no configuration yet, is stopping, or a bounded queue is full: try again later."""

    code = "not_ready"
    status = 503
    can_retry = True


class StorageFullError(AlignakError):
    """What was sent could not be made durable, so it is refused and not lost."""

    code = "storage_full"
    status = 507
    can_retry = True


class LinkError(AlignakError):
    """A peer could not be asked: always the peer's problem, never a reason to stop."""

    code = "link"
    status = 502
    can_retry = True


class PeerUnreachableError(LinkError):
    """Nothing answers at the peer's address."""

    code = "peer_unreachable"


class PeerTimeoutError(LinkError):
    """The peer did not answer within the deadline."""

    code = "peer_timeout"


class PeerAnswerError(LinkError):
    """The peer answered with an error or something that is not what the endpoint declares."""

    code = "peer_answer"

    def __init__(self, message: str, peer_status: int = 0) -> None:
        super().__init__(message)
        self.peer_status = peer_status


class StoreError(AlignakError):
    """A store could not read or write."""

    code = "store"
    can_retry = True


class StoreDamagedError(StoreError):
    """What a store holds is damaged: its file is to be moved aside, trying again does not help."""

    code = "store_damaged"
    can_retry = False


class JournalError(StoreError):
    """A journal is damaged or cannot be written."""

    code = "journal"


class InvariantError(AlignakError):
    """The engine's state contradicts itself: a bug, found by ``validate``."""

    code = "invariant"
