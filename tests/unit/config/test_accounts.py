"""Accounts: what changes a host or service beyond the lines of its definition, each step with its line."""

from __future__ import annotations

import msgspec
import pytest

from alignak.config.explain import Explainer
from alignak.config.origins import How
from tests.support.explained import SITE, explainer, line_of, lines, told


@pytest.fixture(scope="module")
def site() -> Explainer:
    """Return who explains the site."""
    return explainer()


def test_a_service_shows_what_its_host_implies_and_where_the_host_has_it_from(site: Explainer) -> None:
    tag = line_of(SITE, "poller_tag")
    assert told(site, "service", "router/ports", "poller_tag").value == "dmz"
    assert lines(site, "service", "router/ports", "poller_tag") == [(How.HOST, "base", tag)]
    assert told(site, "service", "router/ports", "poller_tag").origins[0].who == "router"


def test_null_also_keeps_what_the_host_would_imply_away(site: Explainer) -> None:
    found = told(site, "service", "router/ports", "notification_period")

    assert found.is_taken_away
    assert found.value == ""


def test_merged_contacts_show_the_service_and_its_host(site: Explainer) -> None:
    found = told(site, "service", "web-1/http", "contacts")

    assert [(each.how, each.text) for each in found.origins] == [
        (How.OWN, "amy"),
        (How.HOST, "+amy"),
        (How.HOST, "bob"),
    ]


def test_an_override_shows_the_line_of_the_host(site: Explainer) -> None:
    assert told(site, "service", "web-1/http", "check_interval").value == 9
    assert lines(site, "service", "web-1/http", "check_interval") == [
        (How.OVERRIDE, "web-1", line_of(SITE, "http,_TOKEN"))
    ]


def test_extended_information_shows_its_own_line(site: Explainer) -> None:
    assert lines(site, "host", "web-1", "icon_image") == [(How.EXTENDED, "hostextinfo", line_of(SITE, "icon_image"))]
    assert told(site, "host", "web-1", "icon_image").value == "web.png"
    assert lines(site, "service", "web-1/http", "notes") == [
        (How.EXTENDED, "serviceextinfo", line_of(SITE, "from extinfo"))
    ]


def test_a_duplicated_service_shows_its_key_and_the_variable_that_lists_it(site: Explainer) -> None:
    found = told(site, "service", "web-1/disk /var", "check_command")

    assert found.text == "check_web!90!"
    assert [(each.how, each.text, each.who) for each in found.origins] == [
        (How.OWN, "check_web!$VALUE1$!", ""),
        (How.FOREACH, "/var", "_DISKS"),
    ]
    assert str(found.origins[1].place) == line_of(SITE, "_DISKS  ")


def test_every_value_said_is_the_value_that_was_compiled(site: Explainer) -> None:
    """What the lines say comes to what the compiler made of them: nothing is told by a second implementation."""
    for item in (*site.config.objects.hosts, *site.config.objects.services):
        account, policy = site.account(item), site.config.objects.policies[item.policy]
        for key in ("check_period", "notification_period", "check_interval", "poller_tag", "max_check_attempts"):
            text, value = account.text(key), getattr(policy, key)
            default = next(each.default for each in msgspec.structs.fields(type(policy)) if each.name == key)
            assert value == (default if text is None else type(value)(text)), (item.key, key)


def test_an_additive_override_keeps_what_the_templates_say() -> None:
    text = SITE.replace("http,check_interval 9", "http,contact_groups +ops").replace(
        "_URL                    /status", "_URL /status\n contact_groups night"
    )
    site = explainer(text + "define contactgroup{\n contactgroup_name night\n members amy\n}\n")
    found = told(site, "service", "web-1/http", "contact_groups")

    assert found.text == "ops,night"
    assert [(each.how, each.text) for each in found.origins] == [(How.OVERRIDE, "+ops"), (How.TEMPLATE, "night")]


def test_a_service_of_a_host_template_is_told_as_such() -> None:
    more = "define service{\n register 0\n host_name linux\n service_description ssh\n use probe\n}\n"
    site = explainer(SITE + more)
    found = site.explain("service", "web-1/ssh")

    assert found is not None
    assert [each.text for each in found.binding] == ["linux"]
