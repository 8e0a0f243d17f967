"""What a compiled configuration says of one object, property by property, and where each value comes from.

``alignak config show`` and ``config diff`` ask. Values are those of the compiled records; who said them is found in the
definitions (``accounts``, ``origins``) or, for daemons and parameters, in the environment file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from alignak.base.errors import ConfigurationError
from alignak.config.accounts import Account, Accounts
from alignak.config.catalogue import Catalogue
from alignak.config.compile import Loaded, load
from alignak.config.diagnostics import NOWHERE, Diagnostics, Place, Severity
from alignak.config.environment import GLOBAL_SECTION, Environment, is_macro, macro_name
from alignak.config.given import merged
from alignak.config.includes import Library, gather
from alignak.config.origins import How, Origin
from alignak.config.parser import Definition, Parameter
from alignak.config.sources import Files
from alignak.config.tables import OBJECT_TYPES
from alignak.config.values import Unreadable, Value, convert
from alignak.model.objects import Checkable, Policy
from alignak.model.rules import leaves
from alignak.model.settings import SETTINGS
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role

PARAMETER: Final = "parameter"
MACRO: Final = "macro"

CHECKABLES: Final = ("host", "service")

RECORDS: Final[Mapping[str, str]] = {
    "businessimpactmodulation": "businessimpactmodulations",
    "checkmodulation": "checkmodulations",
    "command": "commands",
    "contact": "contacts",
    "contactgroup": "contactgroups",
    "escalation": "escalations",
    "hostgroup": "hostgroups",
    "macromodulation": "macromodulations",
    "notificationway": "notificationways",
    "recurringdowntime": "recurringdowntimes",
    "resultmodulation": "resultmodulations",
    "servicegroup": "servicegroups",
    "timeperiod": "timeperiods",
}
"""Object type -> where its records are."""

KEYLESS: Final = tuple(each.name for each in OBJECT_TYPES.values() if not each.key)
"""The types whose definitions have no name: they are named by their place."""

ROLES: Final = frozenset(each.value for each in Role)

_DEFINED_AS: Final = {
    "escalation": ("escalation", "hostescalation", "serviceescalation"),
    "notificationway": ("notificationway", "contact"),
}
"""The types whose records other types make too."""

_POLICY: Final = frozenset(each.name for each in msgspec.structs.fields(Policy)) - {
    "contacts",
    "contact_groups",
    "customs",
    "event_handler",
    "extra",
    "snapshot_command",
    "tags",
}
_OF_RECORD: Final = frozenset({"alias", "display_name", "address", "parents"})
_SAID_OF_DEFINITIONS: Final = frozenset({"imported_from", "name", "register", "use"})
_FALLS_BACK: Final = {"address": "host_name", "alias": "host_name"}


class Property(Struct, frozen=True):
    """One property of an object."""

    name: str
    value: Value | None
    text: str | None
    """As files say it; None when nobody says anything."""
    origins: tuple[Origin, ...]
    is_taken_away: bool = False
    """Whether it is ``null``."""

    @property
    def is_default(self) -> bool:
        """Tell whether nobody says anything of it."""
        return all(each.how is How.DEFAULT for each in self.origins)


class Explanation(Struct, frozen=True):
    """An object, a template, a daemon or a parameter."""

    type: str
    name: str
    place: Place
    templates: tuple[tuple[str, Place], ...]
    """Those met, nearest first, with where they are defined."""
    properties: tuple[Property, ...]
    is_template: bool = False
    binding: tuple[Origin, ...] = ()
    """Of a service: the lines that give it to its host."""


class Explainer:
    """Explain what a configuration consists of."""

    __slots__ = ("_accounts", "_environment", "_items", "_parameters", "catalogue", "config")

    def __init__(
        self,
        config: CompiledConfig,
        environment: Environment,
        catalogue: Catalogue,
        parameters: Sequence[Parameter],
    ) -> None:
        self.config = config
        self.catalogue = catalogue
        self._environment = environment
        self._parameters = parameters
        self._accounts = Accounts(config, catalogue)
        self._items: dict[str, Checkable] | None = None

    def item(self, key: str) -> Checkable | None:
        """Return a host or service by its key."""
        if self._items is None:
            self._items = {each.key: each for each in (*self.config.objects.hosts, *self.config.objects.services)}
        return self._items.get(key)

    def account(self, record: Checkable) -> Account:
        """Return who said what of a host or service."""
        return self._accounts.of(record)

    def explain(self, kind: str, name: str) -> Explanation | None:
        """Return the explanation of what has this type and name, None when there is nothing; a service is ``h/s``."""
        if kind == PARAMETER:
            return self._parameter(name)
        if kind == MACRO:
            return self._macro(name)
        if kind in CHECKABLES:
            record = self.item(name.replace("/", ";", 1) if kind == "service" else name)
            if record is not None:
                return self._checkable(kind, name, record)
            return self._template(kind, name)
        found = self._record(kind, name) or self._keyless(kind, name) or self._template(kind, name)
        return found or self._section(kind, name)

    # Hosts and services -------------------------------------------------------------------------------------------

    def _checkable(self, kind: str, name: str, record: Checkable) -> Explanation:
        account = self.account(record)
        table = OBJECT_TYPES[kind].directives
        keys = {**dict.fromkeys(table), **account.keys()}
        policy = self.config.objects.policies[record.policy]
        properties = [
            self._property_of(record, policy, account, key) for key in keys if key not in _SAID_OF_DEFINITIONS
        ]
        return Explanation(
            kind,
            name,
            account.resolved.place(),
            self._templates(kind, account.resolved.chain.tags),
            tuple(sorted(properties, key=_order)),
            binding=account.binding,
        )

    def _property_of(self, record: Checkable, policy: Policy, account: Account, key: str) -> Property:
        """Return one property of a host or service: its compiled value, and who says so."""
        kind = record.kind.value
        if key == "realm":
            return self._realm(record, account)
        text, origins = account.text(key), account.origins(key)
        if key in ("host_name", "service_description"):
            text = getattr(record, "host_name" if key == "host_name" else "description")
        value = _typed(kind, key, text)
        if key in _POLICY:
            value = getattr(policy, key)
        elif key in _OF_RECORD and hasattr(record, key):
            value = getattr(record, key)
        if key == "event_handler" and text is None and not account.is_taken_away(key):
            origins = self._global_handler(kind)
            value = origins[0].text if origins else value
        if key == "notification_options":
            origins = (*origins, *self._changed_by_rules(record, value))
        if not origins:
            origins = (Origin(How.DEFAULT, who=_FALLS_BACK.get(key, "") if kind == "host" else ""),)
        return Property(key, value, text, origins, account.is_taken_away(key) and text is None)

    def _global_handler(self, kind: str) -> tuple[Origin, ...]:
        """Return the line that names an event handler for all objects of a kind, if there is one."""
        parameter = f"global_{kind}_event_handler"
        if not getattr(self.config.settings, parameter):
            return ()
        return (msgspec.structs.replace(self._global(lambda key: key == parameter), who=parameter),)

    def _realm(self, record: Checkable, account: Account) -> Property:
        """Return the realm of a host: its own, that of one of its groups, or the default one."""
        realm = self.config.host_realms.get(record.host_name, "")
        if record.description or account.resolved.text("realm"):
            return Property("realm", realm, account.resolved.text("realm"), account.origins("realm"))
        for group in self.config.objects.hostgroups:
            if group.name in record.groups and group.imported_from:
                resolved = self.catalogue["hostgroup"].resolved(group.imported_from, group.name)
                if text := resolved.text("realm"):
                    origin = Origin(How.GROUP, text, resolved.place("realm"), who=group.name)
                    return Property("realm", realm, text, (origin,))
        return Property("realm", realm, None, (Origin(How.DEFAULT, who="the default realm"),))

    def _changed_by_rules(self, record: Checkable, value: Value | None) -> Iterator[Origin]:
        """Yield the business rule that gives one of its leaves other notification options than those it asks for."""
        key = f"business_rule_{record.kind.value}_notification_options"
        objects = self.config.objects
        for rule in objects.rules:
            owner = self.item(rule.owner)
            options = getattr(objects.policies[owner.policy], key) if owner is not None else ()
            if options and options == value and record.key in leaves(rule.tree):
                yield Origin(
                    How.RULE, ",".join(options), Place(owner.imported_from) if owner else NOWHERE, (), rule.owner
                )

    # Other objects ------------------------------------------------------------------------------------------------

    def _record(self, kind: str, name: str) -> Explanation | None:
        """Explain an object that has a record of its own."""
        records: Iterable[Struct] = ()
        if kind in RECORDS:
            records = getattr(self.config.objects, RECORDS[kind])
        elif kind == "realm":
            records = self.config.realms
        record = next((each for each in records if getattr(each, "name") == name), None)  # noqa: B009
        if record is None:
            return None
        place: str = getattr(record, "imported_from")  # noqa: B009
        types = _DEFINED_AS.get(kind, (kind,))
        defined = next((each for each in types if self.catalogue[each].at(place) is not None), kind)
        return self._defined(defined, name, place, shown_as=kind)

    def _keyless(self, kind: str, name: str) -> Explanation | None:
        """Explain a definition that has no name by its place; the file may be given without its folder."""
        if kind not in KEYLESS:
            return None
        found = next((each for each in self.catalogue.places(kind) if each == name or each.endswith(f"/{name}")), "")
        return self._defined(kind, name, found) if found else None

    def _template(self, kind: str, name: str) -> Explanation | None:
        """Explain a template; what it says nothing of is left out."""
        definition = self.catalogue[kind].template(name) if kind in OBJECT_TYPES else None
        if definition is None:
            return None
        found = self._defined(kind, name, str(definition.place))
        given = tuple(each for each in found.properties if not each.is_default)
        return msgspec.structs.replace(found, properties=given, is_template=True)

    def _defined(self, kind: str, name: str, place: str, shown_as: str = "") -> Explanation:
        """Explain a definition."""
        kin = self.catalogue[kind]
        account = Account(kin.resolved(place, name), kin.lineage)
        keys = {**dict.fromkeys(OBJECT_TYPES[shown_as or kind].directives), **account.keys()}
        properties = []
        for key in keys:
            if key not in _SAID_OF_DEFINITIONS:
                text = account.text(key)
                origins = account.origins(key) or (Origin(How.DEFAULT),)
                value = _typed(kind, key, text)
                properties.append(Property(key, value, text, origins, account.is_taken_away(key)))
        return Explanation(
            shown_as or kind,
            name,
            account.resolved.place(),
            self._templates(kind, account.resolved.chain.tags),
            tuple(sorted(properties, key=_order)),
        )

    def _templates(self, kind: str, tags: Iterable[str]) -> tuple[tuple[str, Place], ...]:
        kin = self.catalogue[kind]
        found = ((tag, kin.template(tag)) for tag in tags)
        return tuple((tag, each.place) for tag, each in found if each is not None)

    # Daemons, modules, parameters, macros -------------------------------------------------------------------------

    def _section(self, kind: str, name: str) -> Explanation | None:
        """Explain a daemon or a module of the environment file."""
        records: Sequence[Struct] = self.config.modules if kind == "module" else ()
        if kind in ROLES:
            records = [each for each in self.config.daemons if each.role.value == kind]
        record = next((each for each in records if getattr(each, "name") == name), None)  # noqa: B009
        if record is None:
            return None
        if self.catalogue.has(kind):
            for each in self.catalogue[kind].objects:
                if each.name == name:
                    return self._defined(kind, name, str(each.place()))
        section = self._section_of(kind, name)
        properties = [self._of_section(section, key, value) for key, value in _fields(record)]
        place = self._environment.place(section) if section else NOWHERE
        return Explanation(kind, name, place, (), tuple(sorted(properties, key=_order)))

    def _section_of(self, kind: str, name: str) -> str:
        prefix = "module." if kind == "module" else "daemon."
        for section, values in self._environment.sections.items():
            if section.startswith(prefix) and (values.get("name") or section[7:]) == name:
                return section
        return ""

    def _of_section(self, section: str, key: str, value: Value | None) -> Property:
        text = self._environment.sections.get(section, {}).get(key)
        if text is None:
            return Property(key, value, None, (Origin(How.DEFAULT),))
        return Property(key, value, text, (Origin(How.ENVIRONMENT, text, self._environment.place(section, key)),))

    def _parameter(self, name: str) -> Explanation | None:
        """Explain a global parameter."""
        directive = next((each for each in SETTINGS if each.name == name), None)
        if directive is None:
            return None
        value: Value = getattr(self.config.settings, name)
        origin = self._global(lambda key: key == name)
        found = Property(name, value, origin.text or None, (origin,))
        return Explanation(PARAMETER, name, origin.place, (), (found,))

    def _macro(self, name: str) -> Explanation | None:
        """Explain a global macro."""
        wanted = macro_name(name)
        if wanted not in self.config.macros:
            return None
        origin = self._global(lambda key: is_macro(key) and macro_name(key) == wanted)
        value = self.config.macros[wanted]
        return Explanation(MACRO, wanted, origin.place, (), (Property(wanted, value, value, (origin,)),))

    def _global(self, is_meant: Callable[[str], bool]) -> Origin:
        """Return the line that counts: the last one of the object files, else the environment file's."""
        for each in reversed(self._parameters):
            if is_meant(each.key):
                return Origin(How.PARAMETER, each.value, each.place)
        for section in (GLOBAL_SECTION, *self._environment.sections, "DEFAULT"):
            values = self._environment.sections.get(section, self._environment.defaults)
            for key, text in values.items():
                if is_meant(key):
                    return Origin(How.ENVIRONMENT, text, self._environment.place(section, key))
        return Origin(How.DEFAULT)


def read(environment: Environment, files: Files, extra: Sequence[str] = ()) -> Explainer:
    """Return who explains a configuration; ConfigurationError when it has errors."""
    library = Library()
    return explainer(load(environment, files, extra, library), environment, files, extra, library)


def explainer(  # noqa: PLR0917 - what ``load`` was given, in its order
    loaded: Loaded,
    environment: Environment,
    files: Files,
    extra: Sequence[str] = (),
    library: Library | None = None,
    given: Sequence[Definition] = (),
) -> Explainer:
    """Return who explains what was loaded; ``library`` and ``given`` are those it was loaded with.

    Raises ConfigurationError when it has errors.
    """
    if loaded.config is None:
        errors = tuple(each.render() for each in loaded.diagnostics if each.severity is Severity.ERROR)
        raise ConfigurationError(f"{environment.path}: the configuration has {loaded.error_count} error(s):", errors)
    library = library or Library()
    parsed = gather([*environment.cfg_files, *extra], files, Diagnostics(), library)
    definitions = merged(parsed.definitions, given)
    return Explainer(loaded.config, environment, Catalogue(definitions, library.seasons), parsed.parameters)


def _typed(kind: str, key: str, text: str | None) -> Value | None:
    """Return the value a text stands for, by the table of its type; the default where there is no text."""
    directive = OBJECT_TYPES[kind].directives.get(key)
    if directive is None or text is None:
        return text if directive is None else directive.default
    try:
        return convert(directive.type, text)
    except Unreadable:
        return text


def _fields(record: Struct) -> Iterator[tuple[str, Value | None]]:
    for name, value in msgspec.structs.asdict(record).items():
        if name == "options":
            yield from value.items()
        elif name not in ("name", "imported_from", "role"):
            yield name, value


def _order(found: Property) -> tuple[bool, bool, str]:
    """Put what is said before defaults, and custom variables behind directives."""
    return found.is_default, found.name[:1] == "_", found.name
