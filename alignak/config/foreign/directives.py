"""What stands in the objects of a source and means nothing here: types, directives, triggers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.foreign.daemons import is_daemon
from alignak.config.foreign.findings import Findings, Weight
from alignak.config.parser import Definition
from alignak.config.tables import ALIASES, OBJECT_TYPES, ObjectType

_TRIGGERS: Final = (Weight.LOST, "triggers are not supported: no Python of object files is run")
_PAGES: Final = (Weight.UNNEEDED, "it is for web pages, and there are none")
_PREDICTION: Final = (Weight.UNNEEDED, "failure prediction does nothing in Nagios either")
_VALUES: Final = (Weight.LOST, "write business_impact")

_NAMED: Final[Mapping[str, tuple[Weight, str]]] = {
    **dict.fromkeys(("trigger", "trigger_name", "trigger_broker_raise_enabled"), _TRIGGERS),
    **dict.fromkeys(("action_url_target", "notes_url_target", "gd2_image"), _PAGES),
    **dict.fromkeys(("importance", "hourly_value", "minimum_importance", "minimum_value"), _VALUES),
    "failure_prediction_enabled": _PREDICTION,
}

_TYPES: Final[Mapping[str, str]] = {
    "discoveryrule": "there is no discovery: nothing looks for hosts by itself",
    "discoveryrun": "there is no discovery: nothing looks for hosts by itself",
    "trigger": "triggers are not supported: no Python of object files is run",
    "pack": "packs are folders of object files, their descriptions are not read",
}


def remark(definitions: Iterable[Definition], findings: Findings) -> None:
    """Say which types and directives mean nothing here; what becomes of daemons and modules is said elsewhere."""
    hints = Diagnostics()
    for each in definitions:
        type_ = OBJECT_TYPES.get(each.type)
        if type_ is None:
            hint = hints.nearest(each.type, OBJECT_TYPES)
            message = _TYPES.get(each.type, f"no object of that type is known{hint}")
            findings.add(Weight.LOST, f"define {shown(each.type)}", message, each.place)
        elif not type_.is_open and not is_daemon(each):
            _directives(each, type_, hints, findings)


def _directives(definition: Definition, type_: ObjectType, hints: Diagnostics, findings: Findings) -> None:
    for key, value in definition.values.items():
        if key in type_.directives or key in ALIASES or key.startswith("_"):
            continue
        if key not in _NAMED:
            hint = hints.nearest(key, type_.directives)
            weight, message = Weight.LOST, f"no directive of {type_.name} objects is named so{hint}"
        elif value == "0" and _NAMED[key][0] is Weight.LOST:
            weight, message = Weight.UNNEEDED, "it is switched off"
        else:
            weight, message = _NAMED[key]
        findings.add(weight, shown(key), message, definition.place_of(key))
