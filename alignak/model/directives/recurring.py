"""Directives of downtimes that come again and again: objects of this generation, the reference has none."""

from __future__ import annotations

from typing import Final

from alignak.model.directives import Directive, Type

RECURRINGDOWNTIME: Final[tuple[Directive, ...]] = (
    Directive("recurringdowntime_name", Type.TEXT, None, "req"),
    Directive("host_name", Type.TEXT, ""),
    Directive("hostgroup_name", Type.TEXT, ""),
    Directive("service_description", Type.TEXT, ""),
    Directive("servicegroup_name", Type.TEXT, ""),
    Directive("rule", Type.TEXT, None, "req"),
    Directive("start_time", Type.TEXT, None, "req"),
    Directive("duration", Type.TEXT, None, "req"),
    Directive("zone", Type.TEXT, ""),
    Directive("author", Type.TEXT, "Alignak"),
    Directive("comment", Type.TEXT, ""),
)
"""Directives of a recurring downtime."""
