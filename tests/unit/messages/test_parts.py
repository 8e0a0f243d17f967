"""What a part weighs on the wire, and what its hash depends on."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.base.codec import encode
from alignak.dispatch.cutting import whole
from alignak.dispatch.planner import plan
from alignak.messages.control import PushConfiguration
from alignak.messages.parts import PartHead, bundle_digest, part_hash, policy_id
from alignak.model.objects import Checkable, CommandCall, ObjectSet, Policy
from alignak.model.settings import Settings
from tests.support.installations import host, installation, one_of_each, scheduler

HEAD = PartHead("Config_1", "All", "Test", Settings(), {"USER1": "/plugins"}, ObjectSet())
BUNDLES = [bundle_digest(each) for each in (b"one", b"two")]
MOST_BYTES = 150


def explicit(name: str, number: int) -> Checkable:
    """Make a service that is defined on its own, in a file with a long path."""
    return Checkable(
        name,
        f"Service number {number}",
        number % 3,
        CommandCall("check_something_remote", ("-w 80%", "-c 90%", f"--port={8000 + number}")),
        imported_from=f"/usr/local/etc/alignak/objects/customers/services/{name}.cfg:{number * 12 + 7}",
    )


def test_a_service_defined_on_its_own_takes_at_most_150_bytes() -> None:
    names = [f"application-server-{number:05}.example.com" for number in range(50)]
    services = [explicit(name, number) for name in names for number in range(10)]
    found = plan(installation(map(host, names), [scheduler("s1"), *one_of_each()], services))
    pushed = encode(PushConfiguration(found.configurations["s1"]))
    empty = encode(PushConfiguration(plan(installation([], [scheduler("s1"), *one_of_each()])).configurations["s1"]))
    assert len(pushed) - len(empty) <= MOST_BYTES * len(services)
    assert encode(whole(found.parts["s1"])) in pushed


def test_the_hash_of_a_part_is_that_of_its_head_and_of_each_bundle_in_order() -> None:
    found = part_hash(HEAD, BUNDLES)
    assert found == part_hash(HEAD, tuple(BUNDLES))
    others = [
        part_hash(replace(HEAD, realm="North"), BUNDLES),
        part_hash(replace(HEAD, macros={}), BUNDLES),
        part_hash(HEAD, BUNDLES[::-1]),
        part_hash(HEAD, BUNDLES[:1]),
    ]
    assert len({found, *others}) == 5


def test_policies_that_say_the_same_have_one_id() -> None:
    assert policy_id(Policy(check_interval=5.0)) == policy_id(Policy(check_interval=5.0))
    assert policy_id(Policy(check_interval=5.0)) != policy_id(Policy(check_interval=6.0))
