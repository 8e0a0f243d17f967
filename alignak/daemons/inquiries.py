"""Questions about one object: the arbiter passes them on to the scheduler that looks after it.

What a scheduler refuses, the arbiter refuses in the same words. A contact belongs to everybody: all schedulers are
asked and their answers put together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from alignak.api.arbiter import Explain, KeptStates, LiveStates, LookAtCheck, RunCheck
from alignak.api.roles import endpoint
from alignak.base.errors import LinkError, NotFoundError, NotReadyError, PeerAnswerError, RefusedError
from alignak.engine.explain import CONTACT, readings
from alignak.engine.explain_contacts import MOST_NOTIFICATIONS
from alignak.messages.explanations import ContactExplanation, Explanation
from alignak.messages.trials import CheckRun
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role
from alignak.net.links import Link

log = logging.getLogger(__name__)

WORDS_AFTER: Final = " refused: "
"""What stands between a scheduler's address and its own words in the message of a link error."""

ERRORS: Final[Mapping[int, type[RefusedError | NotFoundError | NotReadyError]]] = {
    200: RefusedError,
    404: NotFoundError,
    503: NotReadyError,
}
"""Status of a scheduler's answer -> the error that says the same."""


class Site(Struct, frozen=True):
    """What there is, and who looks after it."""

    config: CompiledConfig
    owners: Mapping[str, str]
    """Host name -> name of its scheduler."""
    links: Mapping[str, Link]
    """Scheduler name -> the way to it."""


class Inquiries:
    """Ask the schedulers about objects."""

    def __init__(self, site: Callable[[], Site]) -> None:
        self._site = site

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Return the functions behind the endpoints."""
        return {
            "explain": self.explain,
            "run_check": self.run_check,
            "check_run": self.check_run,
            "live_states": self.live_states,
        }

    def explain(self, request: Explain) -> Explanation:
        """Say how something is and why."""
        site = self._site()
        if _is_contact(site, request.name):
            return joined(list(_asked_of_all(site, request)))
        found: Explanation = _ask(_link(site, request.name), "explain", request)
        return found

    def run_check(self, request: RunCheck) -> CheckRun:
        """Have a check run now."""
        found: CheckRun = _ask(_link(self._site(), request.name), "run_check", request)
        return found

    def check_run(self, request: LookAtCheck) -> CheckRun:
        """Tell what came of it."""
        found: CheckRun = _ask(_link(self._site(), request.name), "check_run", request)
        return found

    def live_states(self, request: LiveStates) -> KeptStates:
        """Give what the scheduler of an object keeps."""
        found: KeptStates = _ask(_link(self._site(), request.name), "live_states", request)
        return found


def _is_contact(site: Site, text: str) -> bool:
    """Tell whether a name means a contact before it means anything else."""
    for kind, key in readings(text):
        if kind == CONTACT:
            return any(each.name == key for each in site.config.objects.contacts)
        if key.partition(";")[0] in site.owners:
            return False
    return False


def _link(site: Site, text: str) -> Link:
    """Return the way to the scheduler of what a name means."""
    hosts = [key.partition(";")[0] for kind, key in readings(text) if kind != CONTACT]
    host = next((each for each in hosts if each in site.owners), None)
    if host is None:
        raise RefusedError(
            f"nothing is named '{text}': name a host (host/web-1 or web-1), a service (web-1/http) or a contact "
            "(contact/bob); alignak config show host lists the hosts"
        )
    link = site.links.get(site.owners[host])
    if link is None:
        raise NotReadyError(f"the scheduler {site.owners[host]} of {host} is not known yet; try again")
    return link


def _ask(link: Link, name: str, request: Struct) -> Any:
    try:
        return link.call(endpoint(Role.SCHEDULER, name), request)
    except PeerAnswerError as error:
        same = ERRORS.get(error.peer_status)
        if same is None:
            raise
        raise same(error.message.partition(WORDS_AFTER)[2] or error.message) from error


def _asked_of_all(site: Site, request: Explain) -> Iterator[ContactExplanation]:
    """Yield what each scheduler that answers says of a contact; the last trouble is raised when none does."""
    trouble: LinkError | None = None
    count = 0
    for name in sorted(set(site.owners.values())):
        link = site.links.get(name)
        try:
            if link is not None:
                yield _ask(link, "explain", request)
                count += 1
        except LinkError as error:
            log.info("%s does not answer explain: %s", name, error.message)
            trouble = error
    if not count:
        raise trouble or NotReadyError("no scheduler is known yet; try again")


def joined(found: list[ContactExplanation]) -> ContactExplanation:
    """Return what several schedulers say of a contact as one answer."""
    first = found[0]
    notifications = sorted((one for each in found for one in each.notifications), key=lambda one: one.at, reverse=True)
    return replace(
        first,
        schedulers=tuple(name for each in found for name in each.schedulers),
        hosts=sum(each.hosts for each in found),
        services=sum(each.services for each in found),
        knows=tuple(one for each in found for one in each.knows),
        is_owed=tuple(one for each in found for one in each.is_owed),
        notifications=tuple(notifications[:MOST_NOTIFICATIONS]),
        coming=tuple(
            sorted(
                {(one.at, one.what, one.text): one for each in found for one in each.coming}.values(),
                key=lambda one: one.at,
            )
        ),
    )
