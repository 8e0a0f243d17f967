"""Who would be told: everybody, by every way, and why somebody never is."""

from __future__ import annotations

import pytest

from alignak.config.explain import Explainer
from alignak.config.recipients import Recipient, recipients, silence
from tests.support.explained import SITE, explainer


@pytest.fixture(scope="module")
def site() -> Explainer:
    """Return who explains the site."""
    return explainer()


def told(site: Explainer, key: str) -> dict[str, Recipient]:
    """Return the recipients of an object by name."""
    item = site.item(key)
    assert item is not None
    return {each.name: each for each in recipients(site.config, item, site.account(item).items("contacts"))}


def test_all_contacts_are_there_those_of_groups_and_of_the_host_too() -> None:
    site = explainer(SITE.replace("contacts                bob\n    notes", "contact_groups          ops\n    notes"))

    assert set(told(site, "web-1;disk /var")) == {"amy", "bob"}
    assert told(site, "web-1;disk /var")["bob"].through == ("ops",)
    assert not told(site, "web-1;disk /var")["bob"].is_named
    assert told(site, "web-1;disk /var")["amy"].is_named


def test_a_contact_is_told_of_what_it_and_the_object_both_want(site: Explainer) -> None:
    (way,) = told(site, "web-1;disk /var")["amy"].ways

    assert way.told_of == ("w", "c", "r")
    assert (way.period, way.commands, way.why_not) == ("always", ("mail",), "")


def test_a_way_for_greater_impact_is_never_gone(site: Explainer) -> None:
    (way,) = told(site, "web-1;disk /var")["bob"].ways

    assert way.name == "by-day"
    assert way.why_not == "business impact 2 is below its min_business_impact 3"


def test_a_way_with_nothing_in_common_says_so(site: Explainer) -> None:
    (way,) = told(site, "web-1;http")["amy"].ways

    assert way.told_of == ()
    assert way.why_not == "its options (w,c,r) and the object's have nothing in common"


def test_a_contact_that_is_switched_off_says_so() -> None:
    off = SITE.replace("contact_name                    amy", "contact_name amy\n service_notifications_enabled 0")
    found = told(explainer(off), "web-1;http")["amy"]

    assert found.why_not == "service_notifications_enabled of the contact is 0"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("global_host_event_handler", "enable_notifications=0\nglobal_host_event_handler", "enable_notifications is 0"),
        ("notification_options    w,c,r", "notifications_enabled 0", "notifications_enabled is 0"),
        ("notification_options    w,c,r", "notification_options n", "notification_options is n"),
        ("check_interval          3", "check_interval 3", ""),
    ],
)
def test_an_object_that_tells_nobody_says_why(old: str, new: str, why: str) -> None:
    site = explainer(SITE.replace(old, new))
    item = site.item("web-1;disk /var")
    assert item is not None
    found = silence(site.config.settings, site.config.objects.policies[item.policy])

    assert found.startswith(why)
    assert bool(found) == bool(why)
