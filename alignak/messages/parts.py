"""A scheduler's part as it travels: each host with its services packed closely, whole or as what differs.

``dispatch.bundles`` packs and ``dispatch.unpacking`` unpacks. A bundle names things by their content, never by their
place in a table of the whole: so one changed host changes its own bundle and no other. The hash of a part is made from
its head and the digests of its bundles, so that a change costs as much as it is large.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha1
from typing import Final

from msgspec import Raw, Struct, field

from alignak.base.codec import digest, encode
from alignak.model.objects import CommandCall, ObjectSet, Policy
from alignak.model.settings import Settings
from alignak.model.topology import Realm

NO_LINE: Final = -1
"""The line of what came from no line of a file."""

_POLICY_ID_LENGTH: Final = 16


class Rest(Struct, frozen=True, omit_defaults=True, gc=False):
    """What few services have, and hosts alone."""

    alias: str = ""
    display_name: str = ""
    address: str = ""
    parents: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    customs: Mapping[str, str] = field(default_factory=dict)
    escalations: tuple[str, ...] = ()


class ItemRecord(Struct, frozen=True, array_like=True, gc=False):
    """A host, or a service when it has a description."""

    description: str
    policy: int
    """Where the policy's id stands in the bundle's ``policies``."""
    check_command: CommandCall | None
    file: int
    """Where the file of the definition stands in the bundle's ``files``."""
    line: int
    rest: Rest | None = None


class HostRecord(Struct, frozen=True, array_like=True, gc=False):
    """A host with its services: a bundle."""

    host_name: str
    policies: tuple[str, ...]
    """Ids of the policies of the bundle."""
    files: tuple[str, ...]
    items: tuple[ItemRecord, ...]
    """The host, then its services by description."""


class PartHead(Struct, frozen=True, omit_defaults=True):
    """All of a part but its hosts and services."""

    part_id: str
    """``Config_2``: the historical ``managed_conf_id``."""
    realm: str
    alignak_name: str
    settings: Settings
    macros: Mapping[str, str]
    objects: ObjectSet
    """Without hosts, services and policies. Host and service groups are without members: those name their groups."""
    realms: tuple[Realm, ...] = ()


class PackedPart(Struct, frozen=True, omit_defaults=True):
    """A part, or with ``base`` only what differs from the part of that hash."""

    hash: str
    """Of the whole part, the historical ``push_flavor``: see ``part_hash``."""
    base: str = ""
    head: PartHead | None = None
    """None: that of the base."""
    policies: Mapping[str, Policy] = field(default_factory=dict)
    """Id -> policy; those the base has are left out."""
    hosts: tuple[Raw, ...] = ()
    """Each a ``HostRecord``, by name; those the base has are left out."""
    gone: tuple[str, ...] = ()
    """Names of hosts of the base that are in the part no more."""


def policy_id(policy: Policy) -> str:
    """Return the id of a policy: of its content."""
    return digest(encode(policy))[:_POLICY_ID_LENGTH]


def bundle_digest(data: bytes) -> bytes:
    """Return the digest of an encoded bundle."""
    return sha1(data, usedforsecurity=False).digest()


def part_hash(head: PartHead, bundles: Iterable[bytes]) -> str:
    """Return the hash of a part from its head and the digests of its bundles, in the order of the hosts' names."""
    return digest(encode(head) + b"".join(bundles))
