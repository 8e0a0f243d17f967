"""What is true of every plan and of every way orders are lent, whatever the installation."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alignak.base.clock import ManualClock
from alignak.base.codec import decode, encode
from alignak.base.ids import ObjectKey, OrderId
from alignak.dispatch.bundles import bundles_of
from alignak.dispatch.leases import Lanes
from alignak.dispatch.packs import Pack, packs_of
from alignak.dispatch.planner import Plan, plan
from alignak.dispatch.roster import SATELLITES
from alignak.messages.control import DaemonConfiguration, content_hash
from alignak.messages.work import Order, Work
from alignak.model.objects import Checkable, ObjectSet
from alignak.model.relations import Dependency
from alignak.model.rules import BusinessRule, Every, Leaf, leaves
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import DaemonLink, Realm, Role
from tests.support.installations import daemon, host, installation, one_of_each, service, unpacked

REALMS = (
    Realm("All", default=True, members=("North", "South")),
    Realm("North", members=("Pole",)),
    Realm("South"),
    Realm("Pole"),
)
NAMES = [each.name for each in REALMS]


@st.composite
def forests(draw: st.DrawFn, most: int = 40) -> list[Checkable]:
    """Draw hosts, some behind others."""
    count = draw(st.integers(0, most))
    hosts: list[Checkable] = []
    for number in range(count):
        behind = draw(st.integers(0, 3)) == 0 and number > 0
        parents = (f"h{draw(st.integers(0, number - 1)):02}",) if behind else ()
        hosts.append(host(f"h{number:02}", *parents))
    return hosts


@st.composite
def daemons(draw: st.DrawFn) -> list[DaemonLink]:
    """Draw daemons of every role in some realms."""
    found: list[DaemonLink] = []
    for role in (Role.SCHEDULER, *SATELLITES):
        for number in range(draw(st.integers(0, 4))):
            found.append(
                daemon(
                    role,
                    f"{role.value}-{number}",
                    draw(st.sampled_from(NAMES)),
                    weight=draw(st.integers(1, 3)),
                    spare=draw(st.integers(0, 4)) == 0,
                    active=draw(st.integers(0, 9)) > 0,
                    manage_sub_realms=draw(st.booleans()),
                )
            )
    return found


@st.composite
def installations(draw: st.DrawFn) -> CompiledConfig:
    """Draw a configuration whose related hosts are in one realm."""
    hosts = draw(forests())
    services = [service(each.host_name, f"s{n}") for each in hosts for n in range(draw(st.integers(0, 2)))]
    bare = installation(hosts, [])
    realms = {name: realm for pack in packed(bare) for realm in [draw(st.sampled_from(NAMES))] for name in pack.hosts}
    return installation(hosts, draw(daemons()), services, REALMS, realms)


def packed(config: CompiledConfig) -> tuple[Pack, ...]:
    """Return the hosts that stay together."""
    return packs_of(config.objects, {name: each.size for name, each in bundles_of(config.objects).hosts.items()})


def shared_out(found: Plan) -> Counter[str]:
    """Return how often each host stands in a part."""
    return Counter(name for part in found.parts.values() for name in part.hosts)


@given(installations(), st.sets(st.sampled_from([f"scheduler-{n}" for n in range(4)] + ["poller-0", "broker-0"])))
@settings(max_examples=150, deadline=None)
def test_each_host_is_in_exactly_one_part_or_said_to_be_in_none(config: CompiledConfig, absent: set[str]) -> None:
    found = plan(config, absent=absent)
    names = {each.host_name for each in config.objects.hosts}
    counts = shared_out(found)
    assert counts.keys() | set(found.unassigned) == names
    assert not counts.keys() & set(found.unassigned)
    assert set(counts.values()) <= {1}
    assert found.is_usable is not bool(found.unassigned)
    parts = {name: unpacked(part) for name, part in found.parts.items()}
    for name, part in parts.items():
        assert all(found.owners[each.host_name] == name for each in part.objects.hosts)
        known = {each.host_name for each in part.objects.hosts}
        assert {each.host_name for each in part.objects.services} <= known
        assert all(set(each.parents) <= known for each in part.objects.hosts)
    services = sum(len(part.objects.services) for part in parts.values())
    assert services == sum(each.host_name in found.owners for each in config.objects.services)
    assert len({part.part_id for part in parts.values()}) == len(parts)


@given(installations(), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_of_the_configuration_does_not_matter(config: CompiledConfig, random: object) -> None:
    def mixed(items: tuple[object, ...]) -> tuple[object, ...]:
        shuffled = list(items)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        return tuple(shuffled)

    objects = replace(
        config.objects,
        hosts=mixed(config.objects.hosts),
        services=mixed(config.objects.services),
        commands=mixed(config.objects.commands),
    )
    other = replace(
        config,
        objects=objects,
        daemons=mixed(config.daemons),
        realms=mixed(config.realms),
        macros=dict(mixed(tuple(config.macros.items()))),  # type: ignore[arg-type]
        host_realms=dict(mixed(tuple(config.host_realms.items()))),  # type: ignore[arg-type]
    )
    one, two = plan(config), plan(other)
    assert one.owners == two.owners
    assert {name: each.hash for name, each in one.configurations.items()} == {
        name: each.hash for name, each in two.configurations.items()
    }


@given(installations())
@settings(max_examples=80, deadline=None)
def test_planning_again_changes_nothing(config: CompiledConfig) -> None:
    first = plan(config)
    again = plan(config, first.placement)
    assert again.configurations == first.configurations
    assert again.placement == first.placement


@given(installations(), installations())
@settings(max_examples=80, deadline=None)
def test_what_was_packed_for_another_configuration_makes_no_difference(
    before: CompiledConfig, config: CompiledConfig
) -> None:
    again = plan(config, bundles=bundles_of(config.objects, bundles_of(before.objects)))
    assert again.configurations == plan(config).configurations


@given(installations())
@settings(max_examples=80, deadline=None)
def test_a_receiver_of_a_configuration_finds_the_hash_it_carries(config: CompiledConfig) -> None:
    for conf in plan(config).configurations.values():
        assert content_hash(decode(encode(conf), DaemonConfiguration)) == conf.hash


@given(forests(), st.lists(st.integers(1, 3), min_size=2, max_size=5), st.data())
@settings(max_examples=120, deadline=None)
def test_when_a_scheduler_leaves_only_its_hosts_move(
    hosts: list[Checkable], weights: list[int], data: st.DataObject
) -> None:
    schedulers = [daemon(Role.SCHEDULER, f"s{n}", weight=weight) for n, weight in enumerate(weights)]
    config = installation(hosts, [*schedulers, *one_of_each()])
    before = plan(config)
    gone = data.draw(st.sampled_from(schedulers)).name
    removed = replace(config, daemons=tuple(each for each in config.daemons if each.name != gone))
    for after in (plan(config, before.placement, absent={gone}), plan(removed, before.placement)):
        assert gone not in after.owners.values()
        moved = {name for name, owner in before.owners.items() if after.owners[name] != owner}
        assert moved == {name for name, owner in before.owners.items() if owner == gone}


@given(forests(), st.lists(st.integers(1, 3), min_size=1, max_size=4), st.integers(1, 3))
@settings(max_examples=120, deadline=None)
def test_when_a_scheduler_joins_hosts_move_towards_balance_only(
    hosts: list[Checkable], weights: list[int], weight: int
) -> None:
    schedulers = [daemon(Role.SCHEDULER, f"s{n}", weight=each) for n, each in enumerate(weights)]
    joined = daemon(Role.SCHEDULER, "new", weight=weight)
    before = plan(installation(hosts, [*schedulers, *one_of_each()]))
    after = plan(installation(hosts, [*schedulers, joined, *one_of_each()]), before.placement)
    loads = Counter(before.owners.values())
    left = Counter(owner for name, owner in before.owners.items() if after.owners[name] != owner)
    total = sum(weights) + weight
    largest = max((len(each.hosts) for each in packed(installation(hosts, []))), default=0)
    for link in schedulers:
        share = len(hosts) * link.weight / total
        # Nobody gives away more than what it has over its share, but for the size of one pack.
        assert left[link.name] <= max(0.0, loads[link.name] - share) + largest


@st.composite
def relations(draw: st.DrawFn) -> ObjectSet:
    """Draw hosts with services, some of which depend on each other or make up the state of another."""
    hosts = [f"h{number:02}" for number in range(draw(st.integers(2, 25)))]
    keys = [ObjectKey(f"{name}{rest}") for name in hosts for rest in ("", ";s")]
    some = st.sampled_from(keys)
    rules = draw(
        st.lists(st.tuples(some, st.lists(some, min_size=1, max_size=3)), max_size=4, unique_by=lambda x: x[0])
    )
    return replace(
        installation(hosts, [], [service(name, "s") for name in hosts]).objects,
        dependencies=tuple(Dependency(one, other) for one, other in draw(st.lists(st.tuples(some, some), max_size=4))),
        rules=tuple(BusinessRule(owner, Every(tuple(map(Leaf, those)))) for owner, those in rules),
    )


@given(relations(), st.integers(1, 4))
@settings(max_examples=120, deadline=None)
def test_what_depends_on_each_other_or_makes_up_a_state_is_in_one_part(objects: ObjectSet, count: int) -> None:
    schedulers = [daemon(Role.SCHEDULER, f"s{number}") for number in range(count)]
    config = replace(installation([], [*schedulers, *one_of_each()]), objects=objects)
    found = plan(config)
    for part in map(unpacked, found.parts.values()):
        keys = {each.key for each in (*part.objects.hosts, *part.objects.services)}
        for dependency in part.objects.dependencies:
            assert {dependency.dependent, dependency.on} <= keys
        for rule in part.objects.rules:
            assert {rule.owner, *leaves(rule.tree)} <= keys
    parts = [each.head.objects for each in found.parts.values()]
    assert sum(len(each.dependencies) for each in parts) == len(objects.dependencies)
    assert sum(len(each.rules) for each in parts) == len(objects.rules)


@given(st.integers(0, 120), st.lists(st.integers(1, 3), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_hosts_without_relations_are_spread_by_weight(count: int, weights: list[int]) -> None:
    schedulers = [daemon(Role.SCHEDULER, f"s{n}", weight=weight) for n, weight in enumerate(weights)]
    found = plan(installation([f"h{n}" for n in range(count)], [*schedulers, *one_of_each()]))
    for link in schedulers:
        share = count * link.weight / sum(weights)
        assert abs(len(found.parts[link.name].hosts) - share) <= 0.1 * share + max(weights)


@given(installations())
@settings(max_examples=150, deadline=None)
def test_every_host_is_served_by_each_kind_of_satellite_that_may(config: CompiledConfig) -> None:
    found = plan(config)
    above = {"All": ["All"], "North": ["North", "All"], "South": ["South", "All"], "Pole": ["Pole", "North", "All"]}
    for name, owner in found.owners.items():
        realm = config.host_realms[name]
        for role in SATELLITES:
            able = {
                each.name
                for each in config.daemons
                if each.role is role
                and each.active
                and not each.spare
                and (each.realm == realm or (each.manage_sub_realms and each.realm in above[realm]))
            }
            serving = {
                each
                for each, conf in found.configurations.items()
                if conf.self_conf.role is role and owner in {its.link.name for its in conf.schedulers}
            }
            assert bool(able) is bool(able & serving), (name, role)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 12), st.integers(0, 30)),
        st.tuples(st.just("cancel"), st.integers(0, 12), st.just(0)),
        st.tuples(st.just("lease"), st.integers(0, 2), st.integers(0, 5)),
        st.tuples(st.just("finish"), st.integers(0, 12), st.just(0)),
        st.tuples(st.just("renew"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("wait"), st.just(0), st.integers(1, 20)),
        st.tuples(st.just("expire"), st.just(0), st.just(0)),
        st.tuples(st.just("gone"), st.integers(0, 2), st.just(0)),
    ),
    max_size=60,
)


@given(STEPS)
@settings(max_examples=300, deadline=None)
def test_an_order_is_always_in_exactly_one_place(steps: list[tuple[str, int, int]]) -> None:
    clock, lanes = ManualClock(1000, 0), Lanes()
    waiting: set[str] = set()
    held: dict[str, str] = {}
    for step, which, amount in steps:
        now, name, holder = clock.now(), f"o{which}", f"p{which}"
        if step == "put":
            order = Order(OrderId(name), Work.CHECK, ObjectKey("h"), ("x",), False, {}, 5, now.wall + amount - 15)
            assert lanes.put(order)
            if name not in held:
                waiting.add(name)
        elif step == "cancel":
            assert lanes.cancel(name) is (name in waiting)
            waiting.discard(name)
        elif step == "lease":
            given_out = lanes.lease((Work.CHECK,), ("None",), None, holder, now, amount)
            assert len(given_out) <= amount
            assert all(each.due_at <= now.wall and each.id in waiting for each in given_out)
            assert [each.due_at for each in given_out] == sorted(each.due_at for each in given_out)
            waiting -= {each.id for each in given_out}
            held |= {each.id: holder for each in given_out}
        elif step == "finish":
            found = lanes.finish(name)
            assert (found is not None) is (name in waiting or name in held)
            waiting.discard(name)
            held.pop(name, None)
        elif step == "renew":
            lanes.renew(holder, now)
        elif step == "wait":
            clock.advance(amount)
        else:
            lost = lanes.expire(now) if step == "expire" else lanes.holder_gone(holder)
            for each in lost:
                assert held.pop(each.order.id) == each.holder
        assert lanes.depth(Work.CHECK) == len(waiting)
        assert dict(lanes.in_hand()) == dict(Counter(held.values()))
        assert lanes.statistics()["checks.count"] == len(waiting) + len(held)
