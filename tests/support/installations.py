"""Small compiled configurations, built from names: for the tests of dispatch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from alignak.base.codec import decode, encode
from alignak.dispatch.cutting import CutPart, whole
from alignak.dispatch.unpacking import unpack
from alignak.messages.parts import PackedPart
from alignak.model.objects import Checkable, Command, Contact, Group, ObjectSet, Policy
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig, Part
from alignak.model.topology import LINK_NAMES, DaemonLink, Module, Realm, Role


def daemon(role: Role, name: str, realm: str = "All", **options: object) -> DaemonLink:
    """Make a daemon's link."""
    return DaemonLink(role=role, name=name, instance_id=f"{LINK_NAMES[role]}_{name}", realm=realm, **options)  # type: ignore[arg-type]


def scheduler(name: str, realm: str = "All", **options: object) -> DaemonLink:
    """Make a scheduler's link."""
    return daemon(Role.SCHEDULER, name, realm, **options)


def one_of_each(realm: str = "All") -> tuple[DaemonLink, ...]:
    """Make one satellite of each role, and an arbiter."""
    roles = (Role.ARBITER, Role.POLLER, Role.REACTIONNER, Role.RECEIVER, Role.BROKER)
    return tuple(daemon(role, f"{role.value}-{realm}", realm) for role in roles)


def host(name: str, *parents: str, policy: int = 0) -> Checkable:
    """Make a host."""
    return Checkable(host_name=name, parents=parents, policy=policy)


def service(host_name: str, description: str, policy: int = 0) -> Checkable:
    """Make a service."""
    return Checkable(host_name=host_name, description=description, policy=policy)


def _joined(item: Checkable, groups: Iterable[Group]) -> Checkable:
    """Return an object that names the groups it is in, as the compiler makes it."""
    return replace(item, groups=tuple(sorted(each.name for each in groups if item.key in each.members)))


def unpacked(part: CutPart) -> Part:
    """Return a part as its scheduler sees it, after its way over the wire."""
    return unpack(decode(encode(whole(part)), PackedPart)).part


def installation(
    hosts: Iterable[Checkable | str],
    daemons: Iterable[DaemonLink],
    services: Iterable[Checkable] = (),
    realms: Iterable[Realm] = (Realm("All", default=True),),
    host_realms: Mapping[str, str] | None = None,
    groups: Iterable[Group] = (),
    service_groups: Iterable[Group] = (),
    modules: Iterable[Module] = (),
) -> CompiledConfig:
    """Make a configuration; a host given by name has no parents, one without a realm is in the default one."""
    groups, service_groups = tuple(groups), tuple(service_groups)
    return CompiledConfig(
        name="My Alignak",
        settings=Settings(),
        macros={"USER1": "/plugins", "ADMIN": "ops"},
        objects=ObjectSet(
            policies=(Policy(check_interval=1), Policy(check_interval=2), Policy(check_interval=3)),
            commands=(Command("check_ping", "$USER1$/check_ping"), Command("notify", "/bin/notify")),
            contacts=(Contact("ops"),),
            contactgroups=(Group("admins", members=("ops",)),),
            hosts=tuple(_joined(each if isinstance(each, Checkable) else host(each), groups) for each in hosts),
            hostgroups=groups,
            services=tuple(_joined(each, service_groups) for each in services),
            servicegroups=service_groups,
        ),
        realms=tuple(realms),
        daemons=tuple(daemons),
        modules=tuple(modules),
        host_realms=host_realms or {},
    )
