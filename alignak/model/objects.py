"""The monitored objects of a compiled configuration, as frozen records.

A host and a service are one record, ``Checkable``, of two kinds. What templates usually decide is not in it but in a
``Policy`` that many objects share: 100,000 services made from one template own little more than their names, in memory
and on the wire alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from alignak.base.ids import ObjectKey, host_key, service_key
from alignak.model.calls import CommandCall as CommandCall  # noqa: PLC0414 (others find it here)
from alignak.model.modulations import BusinessImpactModulation, CheckModulation, MacroModulation, ResultModulation
from alignak.model.recurring import RecurringDowntime
from alignak.model.relations import Dependency, Escalation
from alignak.model.rules import BusinessRule
from alignak.model.states import Kind
from alignak.model.timeperiods import Timeperiod

UNTAGGED: Final = "None"
"""The poller and reactionner tag of what has none, as the reference writes it."""


class Command(Struct, frozen=True, omit_defaults=True):
    """A ``define command``."""

    name: str
    line: str
    poller_tag: str = UNTAGGED
    reactionner_tag: str = UNTAGGED
    module_type: str = "fork"
    timeout: int = -1
    enable_environment_macros: bool = False
    imported_from: str = ""
    accelerate_plugins: bool = True
    """Whether a poller may answer it in process when it is a plugin that something stands in for."""


class Policy(Struct, frozen=True, omit_defaults=True):
    """How an object is checked, when it is a problem and who is told: what a template chain resolves to.

    Intervals count in ``interval_length`` units, like in the files. ``contacts`` is complete: those named, and the
    members of the contact groups named. Names of time periods may be empty: always.
    """

    check_period: str = ""
    check_interval: float = 0.0
    retry_interval: float = 0.0
    max_check_attempts: int = 1
    active_checks_enabled: bool = True
    passive_checks_enabled: bool = True
    initial_state: str = "o"
    check_freshness: bool = False
    freshness_threshold: int = 0
    freshness_state: str = "x"
    event_handler: CommandCall | None = None
    event_handler_enabled: bool = False
    flap_detection_enabled: bool = True
    flap_detection_options: tuple[str, ...] = ()
    low_flap_threshold: int = 25
    high_flap_threshold: int = 50
    process_perf_data: bool = True
    retain_status_information: bool = True
    retain_nonstatus_information: bool = True
    contacts: tuple[str, ...] = ()
    contact_groups: tuple[str, ...] = ()
    notifications_enabled: bool = True
    notification_interval: float = 60.0
    first_notification_delay: float = 0.0
    notification_period: str = ""
    notification_options: tuple[str, ...] = ()
    stalking_options: tuple[str, ...] = ()
    business_impact: int = 2
    is_volatile: bool = False
    host_dependency_enabled: bool = True
    poller_tag: str = UNTAGGED
    reactionner_tag: str = UNTAGGED
    time_to_orphanage: int = 300
    obsess: bool = True
    """Whether results are passed on to the ``ochp_command`` or ``ocsp_command``."""
    maintenance_period: str = ""
    notes: str = ""
    notes_url: str = ""
    action_url: str = ""
    icon_image: str = ""
    icon_image_alt: str = ""
    icon_set: str = ""
    tags: tuple[str, ...] = ()
    """The names of the templates met on the way."""
    snapshot_enabled: bool = False
    snapshot_command: CommandCall | None = None
    snapshot_period: str = ""
    snapshot_interval: float = 5.0
    snapshot_criteria: tuple[str, ...] = ()
    business_rule_output_template: str = ""
    business_rule_smart_notifications: bool = False
    business_rule_downtime_as_ack: bool = False
    business_rule_host_notification_options: tuple[str, ...] = ()
    """What the hosts of the rule have for their own ``notification_options``; compiled into their policies."""
    business_rule_service_notification_options: tuple[str, ...] = ()
    escalations: tuple[str, ...] = ()
    """Those the directive names; ``Checkable`` has those that name the object."""
    resultmodulations: tuple[str, ...] = ()
    checkmodulations: tuple[str, ...] = ()
    macromodulations: tuple[str, ...] = ()
    business_impact_modulations: tuple[str, ...] = ()
    customs: Mapping[str, str] = field(default_factory=dict)
    """``_NAME`` -> value, as the template chain gives them."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Every other directive that was given, by name, in its text form."""


class Checkable(Struct, frozen=True, omit_defaults=True, gc=False):
    """A host, or a service when it has a ``description``."""

    host_name: str
    description: str = ""
    policy: int = 0
    """Where the object's policy stands in ``ObjectSet.policies``."""
    check_command: CommandCall | None = None
    alias: str = ""
    display_name: str = ""
    address: str = ""
    parents: tuple[str, ...] = ()
    """Names of the parent hosts."""
    groups: tuple[str, ...] = ()
    """Names of the host groups or service groups it is in, whichever side named the other."""
    customs: Mapping[str, str] = field(default_factory=dict)
    """``_NAME`` -> value, the object's own; those of the policy come after."""
    imported_from: str = ""
    """``file:line`` of the definition."""
    escalations: tuple[str, ...] = ()
    """Names of the escalations that name the object; those of the policy come before."""

    @property
    def kind(self) -> Kind:
        """Return what the object is."""
        return Kind.SERVICE if self.description else Kind.HOST

    @property
    def key(self) -> ObjectKey:
        """Return the object's key."""
        return service_key(self.host_name, self.description) if self.description else host_key(self.host_name)


class NotificationWay(Struct, frozen=True, omit_defaults=True):
    """How and when a contact is told."""

    name: str
    host_notification_period: str = ""
    service_notification_period: str = ""
    host_notification_options: tuple[str, ...] = ()
    service_notification_options: tuple[str, ...] = ()
    host_notification_commands: tuple[CommandCall, ...] = ()
    service_notification_commands: tuple[CommandCall, ...] = ()
    min_business_impact: int = 0
    imported_from: str = ""
    group_window: int = 0
    """Seconds within which messages to one contact are sent as one; 0: each is sent at once."""


class Contact(Struct, frozen=True, omit_defaults=True):
    """Someone to tell; ``ways`` names at least one notification way."""

    name: str
    alias: str = ""
    ways: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    host_notifications_enabled: bool = True
    service_notifications_enabled: bool = True
    email: str = "none"
    pager: str = "none"
    addresses: tuple[str, ...] = ()
    """``address1`` to ``address6``, six values or none."""
    can_submit_commands: bool = False
    is_admin: bool = False
    customs: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    imported_from: str = ""


class Group(Struct, frozen=True, omit_defaults=True):
    """A host, service or contact group; ``members`` are keys (host, ``host;service``) or contact names, sorted.

    ``groups`` names the groups whose members are among them.
    """

    name: str
    alias: str = ""
    members: tuple[str, ...] = ()
    notes: str = ""
    notes_url: str = ""
    action_url: str = ""
    realm: str = ""
    imported_from: str = ""
    groups: tuple[str, ...] = ()


class ObjectSet(Struct, frozen=True, omit_defaults=True):
    """The objects of a whole configuration, or of one scheduler's part of it. Every tuple is sorted by name."""

    policies: tuple[Policy, ...] = ()
    commands: tuple[Command, ...] = ()
    timeperiods: tuple[Timeperiod, ...] = ()
    notificationways: tuple[NotificationWay, ...] = ()
    contacts: tuple[Contact, ...] = ()
    contactgroups: tuple[Group, ...] = ()
    hosts: tuple[Checkable, ...] = ()
    hostgroups: tuple[Group, ...] = ()
    services: tuple[Checkable, ...] = ()
    servicegroups: tuple[Group, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    rules: tuple[BusinessRule, ...] = ()
    """By owner."""
    escalations: tuple[Escalation, ...] = ()
    resultmodulations: tuple[ResultModulation, ...] = ()
    checkmodulations: tuple[CheckModulation, ...] = ()
    macromodulations: tuple[MacroModulation, ...] = ()
    businessimpactmodulations: tuple[BusinessImpactModulation, ...] = ()
    recurringdowntimes: tuple[RecurringDowntime, ...] = ()
