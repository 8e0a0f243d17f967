"""What a broker answers besides the common endpoints."""

from __future__ import annotations

from typing import Final

from alignak.api.arbiter import EVENTS_LOG
from alignak.api.common import DAEMON
from alignak.messages.broks import PushBroks
from alignak.net.endpoint import MAX_PUSH, Effect, Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    EVENTS_LOG,
    Endpoint(
        name="push_broks",
        aliases=("_push_broks",),
        request=PushBroks,
        methods=("POST",),
        audience=DAEMON,
        effect=Effect.IDEMPOTENT,
        max_body=MAX_PUSH,
        is_slow=True,
        doc="Take broks from another daemon; answered once they are stored.",
    ),
)
