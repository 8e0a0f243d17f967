"""What the engine remembers: of each host and service, and of itself.

``ItemState`` is what survives a restart: a plain record, encoded as it stands. ``Item`` joins it with what the
configuration says of the object and with its neighbours. ``World`` finds items by name.
Times are wall times in seconds, 0 for never; names are the historical ones (configuration.md 3.5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, field

from alignak.base.ids import ObjectKey, OrderId, host_key, service_key
from alignak.engine.calendars import Calendars
from alignak.engine.changes import effective_contact, effective_policy, effective_settings, effective_spec
from alignak.engine.rules import in_order
from alignak.engine.underway import Doubt, Expanded, Held, InFlight, Veto, Window
from alignak.messages.work import Order
from alignak.model.objects import Checkable, Command, CommandCall, Contact, Group, NotificationWay, Policy
from alignak.model.recurring import Occurrence, RecurringDowntime
from alignak.model.relations import Dependency, Escalation
from alignak.model.rules import BusinessRule, leaves
from alignak.model.settings import Settings
from alignak.model.snapshot import Part
from alignak.model.states import GOOD, GOOD_STATE, PENDING, STATE_IDS, Kind, StateType
from alignak.model.timeperiods import Timeperiod


class Acknowledgement(Struct, frozen=True, gc=False):
    """Somebody knows of a problem and takes care of it."""

    author: str
    comment: str
    sticky: bool
    notify: bool
    entry_time: float
    end_time: float = 0.0
    """0: until the problem ends."""
    comment_id: str = ""


class Downtime(Struct, frozen=True, gc=False):
    """A time during which problems are expected."""

    id: str
    author: str
    comment: str
    start_time: float
    end_time: float
    fixed: bool = True
    duration: float = 0.0
    """Seconds a flexible downtime lasts once it has begun."""
    trigger_id: str = ""
    entry_time: float = 0.0
    comment_id: str = ""
    is_in_effect: bool = False
    real_end_time: float = 0.0
    """When it ends once it is in effect; a flexible one ends ``duration`` after it began."""
    recurring_id: str = ""
    """The recurring downtime it is an occurrence of."""


class Comment(Struct, frozen=True, gc=False):
    """A remark on an object."""

    id: str
    author: str
    comment: str
    entry_time: float
    entry_type: int = 1
    """1 a person's, 2 downtime, 3 flapping, 4 acknowledgement."""
    source: int = 1
    """0 internal, 1 external."""


class Grouped(Struct, frozen=True, omit_defaults=True):
    """A message for one contact by one notification way, sent with others at the end of the way's window."""

    contact: str
    way: str
    calls: tuple[CommandCall, ...]
    at: float
    until: float
    """When the window ends."""
    id: str
    type: str
    number: int
    state: str
    output: str = ""
    recipients: str = ""
    is_escalated: bool = False
    author: str = ""
    comment: str = ""


class Notice(Struct, frozen=True, omit_defaults=True):
    """One notification as it went: who was told, and who was not and why."""

    at: float
    type: str
    number: int = 0
    state: str = ""
    told: tuple[tuple[str, str], ...] = ()
    """Contact and notification way."""
    vetoes: tuple[Veto, ...] = ()
    is_escalated: bool = False
    times: int = 1
    """How often it was tried with the same outcome, when nobody was told; ``at`` is the last time."""


class ItemState(Struct, omit_defaults=True, gc=False):
    """The retained state of one host or service."""

    state: str = PENDING
    """The present state; what is shown before the first check is the kind's good state."""
    state_type: StateType = StateType.HARD
    attempt: int = 0
    last_state: str = PENDING
    last_state_type: StateType = StateType.HARD
    last_hard_state: str = PENDING
    last_state_change: float = 0.0
    last_hard_state_change: float = 0.0
    last_state_update: float = 0.0
    last_chk: float = 0.0
    next_chk: float = 0.0
    has_been_checked: bool = False
    last_times: dict[str, float] = field(default_factory=dict)
    """State name -> when it was last seen."""
    output: str = ""
    long_output: str = ""
    perf_data: str = ""
    last_perf_data: str = ""
    return_code: int = 0
    latency: float = 0.0
    execution_time: float = 0.0
    u_time: float = 0.0
    s_time: float = 0.0
    current_event_id: int = 0
    last_event_id: int = 0
    current_problem_id: int = 0
    last_problem_id: int = 0
    problem_since: float = 0.0
    """When the object left its good state; 0 while it is good."""
    in_hard_unknown_reach_phase: bool = False
    state_before_hard_unknown_reach_phase: str = ""
    freshness_expired: bool = False
    freshness_since: float = 0.0
    """When the present freshness period began."""
    acknowledgement: Acknowledgement | None = None
    comments: dict[str, Comment] = field(default_factory=dict)
    downtimes: dict[str, Downtime] = field(default_factory=dict)
    silence_ended: bool = False
    """What kept a problem quiet ended before it did: the next non-OK result notifies at once (engine.md 4.10)."""
    in_maintenance: str = ""
    """The id of the downtime made for the maintenance period."""
    current_notification_number: int = 0
    current_notification_id: str = ""
    last_notification: float = 0.0
    next_notification: float = 0.0
    """When the problem is to be notified (again); 0: not planned."""
    notification_delayed_until: float = 0.0
    """What DELAY_*_NOTIFICATION asked for, during the present problem."""
    notified_contacts: dict[str, str] = field(default_factory=dict)
    """Who was told of the present problem -> the state they were last told of."""
    percent_state_change: float = 0.0
    is_flapping: bool = False
    flapping_comment_id: str = ""
    modified_attributes: int = 0
    """Bits of what a command changed (external-commands.md 5.3)."""
    switches: dict[str, bool] = field(default_factory=dict)
    """Directive name -> what a command set it to: ``active_checks_enabled``, ``notifications_enabled`` ..."""
    changed: dict[str, str] = field(default_factory=dict)
    """Directive name -> the text a command gave it: ``check_interval``, ``check_command``, ``check_period`` ..."""
    changed_customs: dict[str, str] = field(default_factory=dict)
    hard_problem_since: float = 0.0
    """When the present problem became hard: what the times of escalations count from."""
    recovery_owed_to: tuple[str, ...] = ()
    """Who was told of a problem that is over, and could not be told of its end yet."""
    grouped: tuple[Grouped, ...] = ()
    """Messages that wait for the end of the window of a notification way."""
    flapping_history: int = 0
    """Whether each of the last results changed the state, as ``flapping`` writes it; 0: none was noted."""
    last_snapshot: float = 0.0
    maintenance_until: float = 0.0
    """The end of the last maintenance period a downtime was made for."""
    state_before_impact: str = ""
    """What a result made of the state before another object's problem made it UNREACHABLE; empty: nothing did."""
    recurring_downtimes: tuple[RecurringDowntime, ...] = ()
    """Those that commands made."""
    begun_occurrences: dict[str, float] | None = None
    """Recurring downtime id -> the start of its last occurrence that was begun."""
    notices: tuple[Notice, ...] = ()
    """The last notifications, whether somebody was told or not; the oldest first."""
    was_told_passively: bool = False
    """Whether the last result came from outside."""


class EngineState(Struct, omit_defaults=True):
    """The retained state of the engine itself."""

    next_event_id: int = 1
    next_problem_id: int = 1
    next_object_id: int = 1
    """For comments and downtimes."""
    switches: dict[str, bool] = field(default_factory=dict)
    """Program-wide switches a command set: ``enable_notifications``, ``execute_host_checks`` ..."""
    contact_switches: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Contact name -> ``host_notifications_enabled`` or ``service_notifications_enabled`` -> value."""
    contact_changes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Contact name -> ``host_notification_period`` or ``service_notification_period`` -> the period a command gave."""
    contact_customs: dict[str, dict[str, str]] = field(default_factory=dict)
    """Contact name -> ``_NAME`` -> the value a command gave."""
    changed: dict[str, str] = field(default_factory=dict)
    """Global parameter -> the text a command gave it: ``global_host_event_handler`` ..."""
    contact_downtimes: dict[str, dict[str, Downtime]] = field(default_factory=dict)
    """Contact name -> downtime id -> a time during which the contact is told nothing."""


class Item:
    """One host or service: what it is, how it is, who its neighbours are.

    ``policy`` and ``spec`` are the ones in effect: what commands changed is in them.
    """

    __slots__ = (
        "children",
        "configured",
        "dependents",
        "doubt",
        "expanded",
        "host",
        "impacts",
        "in_flight",
        "is_source",
        "key",
        "kind",
        "leaf_value",
        "leaves",
        "masters",
        "modulated_impact",
        "parents",
        "policy",
        "recurring",
        "ruled",
        "services",
        "sources",
        "spec",
        "state",
        "vetoes",
    )

    def __init__(self, spec: Checkable, policy: Policy, state: ItemState) -> None:
        self.configured = spec
        """The object as the configuration has it; ``spec`` is with what commands changed."""
        self.spec = spec
        self.policy = policy
        self.state = state
        self.kind = spec.kind
        self.key = spec.key
        self.host: Item = self
        """The host of a service; a host is its own."""
        self.services: tuple[Item, ...] = ()
        self.parents: tuple[Item, ...] = ()
        self.children: tuple[Item, ...] = ()
        self.masters: tuple[tuple[Item, Dependency], ...] = ()
        """The objects the configuration makes it depend on, with how."""
        self.dependents: tuple[Item, ...] = ()
        """The objects of which it is a master."""
        self.is_source = False
        """Whether it is a hard problem that is not the fault of another one."""
        self.sources: tuple[Item, ...] = ()
        """The problems it suffers from."""
        self.impacts: dict[ObjectKey, Item] | None = None
        """What suffers from it, when it is a problem."""
        self.recurring: tuple[RecurringDowntime, ...] = ()
        """Its downtimes that come again and again."""
        self.ruled: tuple[Item, ...] = ()
        """The objects whose business rules hold this one."""
        self.leaves: tuple[Item, ...] = ()
        """The objects that the business rule of this one holds."""
        self.leaf_value = -1
        """How this one counted when the rules that hold it were last worked out; negative: they never were."""
        self.modulated_impact: int | None = None
        """The business impact that a modulation gives now."""
        self.in_flight: InFlight | None = None
        self.expanded: Expanded | None = None
        """The command of the last check, where nothing in it changes from one check to the next."""
        self.doubt: Doubt | None = None
        """Why nobody is told of the problem before it was looked at again."""
        self.vetoes: tuple[Veto, ...] = ()
        """Why the last notification was not sent, or not to everybody."""

    def __repr__(self) -> str:
        return f"<{self.key} {self.state.state} {self.state.state_type.value}>"

    @property
    def is_host(self) -> bool:
        """Tell whether this is a host."""
        return self.kind is Kind.HOST

    @property
    def state_name(self) -> str:
        """Return the state as it is shown: the kind's good state while the first check is pending."""
        return GOOD_STATE[self.kind] if self.state.state == PENDING else self.state.state

    @property
    def state_id(self) -> int:
        """Return the historical number of the present state."""
        return STATE_IDS[self.kind][self.state.state]

    @property
    def has_problem(self) -> bool:
        """Tell whether a result said that there is a problem, hard or soft."""
        return self.own_state not in GOOD

    @property
    def is_good(self) -> bool:
        """Tell whether the present state is no problem."""
        return self.state.state in GOOD

    @property
    def is_problem(self) -> bool:
        """Tell whether this is a hard problem, as a result said."""
        state = self.state
        return state.state not in GOOD and state.state_type is StateType.HARD and state.state_before_impact not in GOOD

    @property
    def own_state(self) -> str:
        """Return the state that results made, whatever the problems of other objects make of it."""
        return self.state.state_before_impact or self.state.state

    @property
    def downtime_depth(self) -> int:
        """Return how many downtimes are in effect."""
        downtimes = self.state.downtimes
        return sum(each.is_in_effect for each in downtimes.values()) if downtimes else 0

    def custom(self, name: str) -> str | None:
        """Return the value of a custom variable (``_NAME``), the object's own before its templates'."""
        for source in (self.state.changed_customs, self.spec.customs, self.policy.customs):
            if name in source:
                return source[name]
        return None


class World:
    """Everything the engine knows by name."""

    __slots__ = (
        "_has_masters",
        "_policies",
        "actions",
        "businessimpactmodulations",
        "calendars",
        "checkmodulations",
        "commands",
        "contactgroups",
        "contacts",
        "escalations",
        "flights",
        "held",
        "hostgroups",
        "items",
        "macromodulations",
        "macros",
        "name",
        "occurrences",
        "own",
        "owners",
        "part",
        "resultmodulations",
        "rule_places",
        "rules",
        "servicegroups",
        "settings",
        "timeperiods",
        "triggers",
        "ways",
        "windows",
    )

    def __init__(self, part: Part, states: Mapping[str, ItemState], own: EngineState) -> None:
        self.own = own
        self.items: dict[ObjectKey, Item] = {}
        self.flights: dict[OrderId, Item] = {}
        """Checks that were decided and have no outcome yet, with the objects they check."""
        self.held: dict[ObjectKey, Held] = {}
        self.actions: dict[OrderId, Order] = {}
        """Notifications, event handlers and the like that were decided and have no outcome yet."""
        self.owners: dict[str, ObjectKey] = {}
        """Comment, downtime or recurring downtime id -> the object it belongs to."""
        self.triggers: dict[str, list[str]] = {}
        """Downtime id -> the ids of the downtimes that begin with it."""
        self.occurrences: dict[tuple[object, ...], tuple[Occurrence, ...]] = {}
        """When recurring downtimes come next, by what decides it: what many objects share is worked out once."""
        self.windows: dict[ObjectKey, Window] = {}
        """The messages that wait to be sent together, by contact and notification way."""
        self._has_masters = False
        self.take(part)
        for spec in (*part.objects.hosts, *part.objects.services):
            self.add(spec, states.get(spec.key))
        self.join()

    def take(self, part: Part) -> None:
        """Know a part by name; its hosts and services are ``add``-ed, and joined then."""
        objects = part.objects
        self.part = part
        self.name = part.alignak_name
        self.settings: Settings = effective_settings(part.settings, self.own.switches, self.own.changed)
        """Global parameters as they are in effect: what commands switched is in them."""
        self.macros = part.macros
        self.commands: dict[str, Command] = {each.name: each for each in objects.commands}
        self.timeperiods: dict[str, Timeperiod] = {each.name: each for each in objects.timeperiods}
        self.calendars = Calendars(self.timeperiods, part.settings.use_timezone)
        self.ways: dict[str, NotificationWay] = {each.name: each for each in objects.notificationways}
        self.contacts: dict[str, Contact] = {
            each.name: effective_contact(each, self.own.contact_customs.get(each.name)) for each in objects.contacts
        }
        """As they are in effect: the custom variables that commands changed are in them."""
        self.escalations: dict[str, Escalation] = {each.name: each for each in objects.escalations}
        self.contactgroups: dict[str, Group] = {each.name: each for each in objects.contactgroups}
        self.hostgroups: dict[str, Group] = {each.name: each for each in objects.hostgroups}
        self.servicegroups: dict[str, Group] = {each.name: each for each in objects.servicegroups}
        self.resultmodulations = {each.name: each for each in objects.resultmodulations}
        self.checkmodulations = {each.name: each for each in objects.checkmodulations}
        self.macromodulations = {each.name: each for each in objects.macromodulations}
        self.businessimpactmodulations = {each.name: each for each in objects.businessimpactmodulations}
        self.rules: dict[ObjectKey, BusinessRule] = {each.owner: each for each in objects.rules}
        """By owner; those that begin with a macro as they were when last run."""
        self.rule_places: dict[ObjectKey, int] = {}
        """Owner -> the place of its rule in the order in which rules are worked out."""
        self._policies: dict[tuple[object, ...], Policy] = {}

    def add(self, spec: Checkable, state: ItemState | None) -> Item:
        """Look after an object, from its kept state on when it has one."""
        item = Item(spec, self.part.objects.policies[spec.policy], state or ItemState())
        self.items[item.key] = item
        self.refresh(item)
        self.owners.update(dict.fromkeys(item.state.comments, item.key))
        self.owners.update((recurring.name, item.key) for recurring in item.state.recurring_downtimes)
        for downtime in item.state.downtimes.values():
            self.own_downtime(item, downtime)
        for message in item.state.grouped:
            self.group(item, message)
        return item

    def remove(self, item: Item) -> None:
        """Look after an object no more; nothing finds it any longer, and it finds nothing."""
        del self.items[item.key]
        for owned in (*item.state.comments, *item.state.downtimes):
            self.owners.pop(owned, None)
        for recurring in item.state.recurring_downtimes:
            self.owners.pop(recurring.name, None)
        for downtime in item.state.downtimes.values():
            if downtime.id in self.triggers.get(downtime.trigger_id, ()):
                self.triggers[downtime.trigger_id].remove(downtime.id)
        if item.in_flight is not None:
            self.flights.pop(item.in_flight.id, None)
        item.host, item.services, item.parents, item.children = item, (), (), ()
        item.masters = item.dependents = item.recurring = ()
        for problem in item.sources:
            if problem.impacts is not None:
                problem.impacts.pop(item.key, None)
        for impacted in (item.impacts or {}).values():
            impacted.sources = tuple(each for each in impacted.sources if each is not item)
        item.sources, item.impacts, item.is_source = (), None, False

    def own_downtime(self, item: Item, downtime: Downtime) -> None:
        """Have a downtime found by its id, and by the one that triggers it."""
        self.owners[downtime.id] = item.key
        if downtime.trigger_id:
            self.triggers.setdefault(downtime.trigger_id, []).append(downtime.id)

    def group(self, item: Item, message: Grouped) -> ObjectKey:
        """Have a message wait for the end of its window, and return the window's key, which is no object's."""
        key = ObjectKey(f";{message.contact}\0{message.way}")
        window = self.windows.setdefault(key, Window(message.contact, message.way, message.until))
        window.until = min(window.until, message.until)
        window.keys[item.key] = None
        return key

    def refresh(self, item: Item) -> None:
        """Work out the policy and the definition in effect, after a command changed something of the object.

        Policies that differ from the configured one are shared too: those changed alike are one record.
        """
        state, spec = item.state, item.configured
        if not state.switches and not state.changed:
            item.policy, item.spec = self.part.objects.policies[spec.policy], spec
            return
        likeness = (spec.policy, *sorted(state.switches.items()), *sorted(state.changed.items()))
        policy = self._policies.get(likeness)
        if policy is None:
            policy = effective_policy(self.part.objects.policies[spec.policy], state.switches, state.changed)
            self._policies[likeness] = policy
        item.policy, item.spec = policy, effective_spec(spec, state.changed)

    def join(self, names: Collection[str] | None = None) -> None:
        """Have hosts and services know each other: those of the named hosts, or all."""
        of_host: dict[str, list[Item]] = {}
        for item in self.items.values():
            if item.kind is Kind.SERVICE and (names is None or item.spec.host_name in names):
                of_host.setdefault(item.spec.host_name, []).append(item)
        hosts = [item for item in self.items.values() if item.kind is Kind.HOST]
        for host in hosts:
            if names is None or host.key in names:
                host.services = tuple(sorted(of_host.get(host.spec.host_name, ()), key=_key))
                for service in host.services:
                    service.host = host
        self._join_parents(hosts)
        self.join_rules()
        self.join_masters()
        self.join_recurring()

    def _join_parents(self, hosts: Iterable[Item]) -> None:
        children: dict[ObjectKey, list[Item]] = {}
        for item in hosts:
            keys = [host_key(name) for name in item.spec.parents]
            item.parents = tuple(self.items[key] for key in keys if key in self.items)
            for parent in item.parents:
                children.setdefault(parent.key, []).append(item)
        for item in hosts:
            item.children = tuple(children.get(item.key, ()))

    def join_rules(self) -> None:
        """Have the owners of business rules and the objects these hold know each other."""
        held: dict[ObjectKey, dict[ObjectKey, Item]] = {}
        for owner, rule in self.rules.items():
            item = self.items.get(owner)
            for key in leaves(rule.tree) if item is not None else ():
                held.setdefault(key, {})[owner] = self.items[owner]
        if not held and not self.rule_places:
            return
        self.rule_places = in_order(self.rules)
        for key, item in self.items.items():
            item.ruled = tuple(held[key].values()) if key in held else ()
            rule_of_it = self.rules.get(key)
            keys = dict.fromkeys(leaves(rule_of_it.tree)) if rule_of_it is not None else {}
            item.leaves = tuple(self.items[each] for each in keys if each in self.items)

    def join_masters(self) -> None:
        """Have the objects know their masters and dependents that the configuration names."""
        masters: dict[ObjectKey, list[tuple[Item, Dependency]]] = {}
        dependents: dict[ObjectKey, dict[ObjectKey, Item]] = {}
        for rule in self.part.objects.dependencies:
            item, master = self.items.get(rule.dependent), self.items.get(rule.on)
            if item is not None and master is not None and item is not master:
                masters.setdefault(item.key, []).append((master, rule))
                dependents.setdefault(master.key, {})[item.key] = item
        if not masters and not self._has_masters:
            return
        self._has_masters = bool(masters)
        for key, item in self.items.items():
            item.masters = tuple(masters.get(key, ()))
            item.dependents = tuple(dependents.get(key, {}).values())

    def join_recurring(self) -> None:
        """Have the objects know their recurring downtimes: those of the configuration, then those of commands."""
        found: dict[ObjectKey, list[RecurringDowntime]] = {}
        for each in self.part.objects.recurringdowntimes:
            for key in each.members:
                found.setdefault(key, []).append(each)
        for key, item in self.items.items():
            own = item.state.recurring_downtimes
            if own or item.recurring or key in found:
                item.recurring = (*found.get(key, ()), *own)

    def host(self, name: str) -> Item | None:
        """Return a host by name."""
        return self.items.get(host_key(name))

    def service(self, host_name: str, description: str) -> Item | None:
        """Return a service by the names of its host and its own."""
        return self.items.get(service_key(host_name, description))


def _key(item: Item) -> ObjectKey:
    return item.key
