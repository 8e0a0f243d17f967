"""What external commands changed of the configuration, laid over it.

``World`` calls these, so that everybody else reads one policy, one definition and one set of parameters: those in
effect. What was changed is kept in the objects' states as text and laid over again after a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from alignak.model.objects import Checkable, CommandCall, Contact, Policy
from alignak.model.settings import Settings


def parse_call(text: str) -> CommandCall | None:
    r"""Return the call that ``command!first!second`` means, ``\!`` being an exclamation mark; None for no text."""
    parts = [part.replace("\0", "!") for part in text.replace("\\!", "\0").split("!")]
    name = parts[0].strip()
    return CommandCall(name, tuple(parts[1:])) if name else None


POLICY_TEXTS: Final[Mapping[str, Callable[[str], object]]] = {
    "check_interval": float,
    "retry_interval": float,
    "max_check_attempts": int,
    "check_period": str,
    "notification_period": str,
    "event_handler": parse_call,
    "snapshot_command": parse_call,
}
"""How the text a command gave for a directive becomes the policy's value."""


def effective_policy(policy: Policy, switches: Mapping[str, bool], texts: Mapping[str, str]) -> Policy:
    """Return a policy with switches set and directives changed by commands."""
    values: dict[str, object] = dict(switches)
    for name, text in texts.items():
        if name in POLICY_TEXTS:
            values[name] = POLICY_TEXTS[name](text)
    return replace(policy, **values)


def effective_spec(spec: Checkable, texts: Mapping[str, str]) -> Checkable:
    """Return a definition with the check command and the parents that commands gave it."""
    text, parents = texts.get("check_command"), texts.get("parents")
    if text is not None:
        spec = replace(spec, check_command=parse_call(text))
    return spec if parents is None else replace(spec, parents=tuple(filter(None, parents.split(";"))))


def effective_contact(contact: Contact, customs: Mapping[str, str] | None) -> Contact:
    """Return a contact with the custom variables a command gave another value."""
    return replace(contact, customs={**contact.customs, **customs}) if customs else contact


def effective_settings(settings: Settings, switches: Mapping[str, bool], texts: Mapping[str, str]) -> Settings:
    """Return the global parameters with the program-wide switches and texts set by commands."""
    return replace(settings, **switches, **texts) if switches or texts else settings
