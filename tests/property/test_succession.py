"""An engine that was given one part after another knows the same as one that begins with the last of them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alignak.base.ids import ObjectKey
from alignak.engine.retention import decode_item, encode_item
from alignak.engine.state import EngineState, World
from alignak.model.objects import Checkable
from alignak.model.snapshot import Part
from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

NAMES = ("a", "b", "c", "d")


def pool() -> tuple[Part, dict[ObjectKey, list[Checkable]]]:
    """Make every record a part may have: each object in several forms."""
    site = Site(max_service_check_spread=1, max_host_check_spread=1)
    for interval in (1, 2):
        for number, name in enumerate(NAMES):
            site.host(name, parents=NAMES[:number][-interval:], check_interval=interval)
            site.host(name, **PASSIVE)
            for description in ("s", "t"):
                site.service(name, description, **{**ACTIVE, "check_interval": interval})
                site.service(name, description, command="other", **PASSIVE)
    part = site.part()
    forms: dict[ObjectKey, list[Checkable]] = {}
    for each in (*part.objects.hosts, *part.objects.services):
        forms.setdefault(each.key, []).append(each)
    return part, forms


PART, FORMS = pool()
CHOICES = st.fixed_dictionaries({key: st.integers(-1, len(forms) - 1) for key, forms in FORMS.items()})
"""For each object which of its forms is there; -1: it is not."""


def part_of(choice: dict[ObjectKey, int]) -> Part:
    """Return a part; a service whose host is not there is not there either."""
    found = {key: FORMS[key][number] for key, number in choice.items() if number >= 0}
    hosts = [each for each in found.values() if not each.description]
    services = [each for each in found.values() if each.description and each.host_name in found]
    ordered = replace(
        PART.objects,
        hosts=tuple(sorted(hosts, key=lambda each: each.key)),
        services=tuple(sorted(services, key=lambda each: each.key)),
    )
    return replace(PART, objects=ordered)


def known(world: World) -> list[tuple[object, ...]]:
    """Return what a world knows of each object, and by whom it is reached."""
    return [
        (
            key,
            item.spec,
            item.policy,
            item.host.key,
            [each.key for each in item.services],
            [each.key for each in item.parents],
            {each.key for each in item.children},
        )
        for key, item in world.items.items()
    ]


@given(st.lists(CHOICES, min_size=2, max_size=5), st.lists(st.sampled_from(sorted(FORMS)), max_size=5))
@settings(max_examples=150, deadline=None)
def test_no_way_to_a_part_matters(choices: Sequence[dict[ObjectKey, int]], bad: list[ObjectKey]) -> None:
    parts = [part_of(each) for each in choices]
    play = Playbook(parts[0])
    for each in bad:
        if each in play.engine.world.items:
            now = int(play.clock.now().wall)
            kind = "SVC" if ";" in each else "HOST"
            play.command(f"SCHEDULE_{kind}_DOWNTIME;{each};{now};{now + 600};1;0;0;me;work")
    for part in parts[1:]:
        play.after(30)
        play.reconfigure(part)
    world = play.engine.world
    states = {key: decode_item(encode_item(item.state)) for key, item in world.items.items()}
    fresh = World(parts[-1], states, EngineState())
    assert known(world) == known(fresh)
    assert (world.owners, world.triggers) == (fresh.owners, fresh.triggers)
    assert {item.key for item in world.flights.values()} == {key for key, item in world.items.items() if item.in_flight}


@given(CHOICES)
@settings(max_examples=50, deadline=None)
def test_the_same_part_again_changes_nothing(choice: dict[ObjectKey, int]) -> None:
    play = Playbook(part_of(choice))
    play.after(45)
    before = {key: encode_item(item.state) for key, item in play.engine.world.items.items()}
    wakeup = play.engine.next_wakeup()
    play.reconfigure(part_of(choice))
    play.after(0)  # the followers are told the program's status
    assert {key: encode_item(item.state) for key, item in play.engine.world.items.items()} == before
    assert play.engine.next_wakeup() == wakeup
