"""Explanations: every value of an object with the very line it comes from."""

from __future__ import annotations

import pytest

from alignak.base.errors import ConfigurationError
from alignak.config.explain import RECORDS, Explainer
from alignak.config.origins import How
from alignak.config.tables import OBJECT_TYPES
from alignak.model.settings import SETTINGS
from tests.support.explained import SITE, explainer, line_of, lines, told


@pytest.fixture(scope="module")
def site() -> Explainer:
    """Return who explains the site."""
    return explainer()


def test_a_value_of_its_own_is_shown_with_the_line_of_that_very_directive(site: Explainer) -> None:
    assert lines(site, "host", "web-1", "address") == [(How.OWN, "", line_of(SITE, "192.0.2.7"))]
    assert told(site, "host", "web-1", "address").text == "192.0.2.7"


def test_an_inherited_value_shows_the_way_through_the_templates(site: Explainer) -> None:
    assert lines(site, "host", "web-1", "check_interval") == [
        (How.TEMPLATE, "base <- linux", line_of(SITE, "check_interval", "name                    base"))
    ]


def test_an_additive_value_shows_what_each_line_adds(site: Explainer) -> None:
    found = told(site, "host", "web-1", "contacts")

    assert found.text == "amy,bob"
    assert [each.text for each in found.origins] == ["+amy", "bob"]
    assert [each.chain for each in found.origins] == [("linux",), ("base", "linux")]


def test_what_null_takes_away_is_shown_as_taken_away(site: Explainer) -> None:
    found = told(site, "host", "router", "notes")

    assert found.is_taken_away
    assert found.text is None
    assert lines(site, "host", "router", "notes") == [(How.OWN, "", line_of(SITE, "notes                   null"))]


def test_a_default_is_said_to_be_one(site: Explainer) -> None:
    assert lines(site, "host", "web-1", "low_flap_threshold") == [(How.DEFAULT, "", "")]
    assert told(site, "host", "web-1", "low_flap_threshold").value == 25
    assert lines(site, "host", "router", "address") == [(How.DEFAULT, "host_name", "")]
    assert told(site, "host", "router", "address").value == "router"


def test_a_global_parameter_is_named_where_it_gives_the_value(site: Explainer) -> None:
    assert lines(site, "host", "router", "event_handler") == [
        (How.PARAMETER, "global_host_event_handler", line_of(SITE, "global_host_event_handler"))
    ]


def test_a_business_rule_is_named_where_it_changes_its_members(site: Explainer) -> None:
    found = told(site, "service", "web-1/http", "notification_options")

    assert found.value == ("u",)
    assert found.origins[-1].how is How.RULE
    assert found.origins[-1].who == "router;shop"


def test_a_service_says_which_line_gives_it_to_its_host(site: Explainer) -> None:
    for name, line in (
        ("web-1/http", "hostgroup_name          fronts"),
        ("router/ports", "host_name               router"),
    ):
        found = site.explain("service", name)
        assert found is not None
        assert [str(each.place) for each in found.binding] == [line_of(SITE, line, "name                    probe")]


def test_a_realm_comes_from_the_host_group_that_has_one() -> None:
    more = "define realm{\n realm_name All\n default 1\n realm_members North\n}\ndefine realm{\n realm_name North\n}\n"
    site = explainer(
        SITE.replace("hostgroup_name          everything", "hostgroup_name everything\n realm North") + more
    )
    found = told(site, "host", "web-1", "realm")

    assert found.value == "North"
    assert [(each.how, each.who) for each in found.origins] == [(How.GROUP, "everything")]


def test_a_template_is_explained_by_what_it_says_and_inherits(site: Explainer) -> None:
    found = site.explain("host", "linux")

    assert found is not None
    assert found.is_template
    assert {each.name: each.text for each in found.properties} == {
        "_PASSWORD": "hunter2",
        "check_command": "check_up",
        "check_interval": "5",
        "check_period": "always",
        "contacts": "amy,bob",
        "max_check_attempts": "4",
        "notes": "from base",
        "notification_period": "always",
        "poller_tag": "dmz",
    }


def test_every_object_of_every_type_is_explained(site: Explainer) -> None:
    objects = site.config.objects
    names = [(kind, each.name) for kind, attribute in RECORDS.items() for each in getattr(objects, attribute)]
    names += [("host", each.host_name) for each in objects.hosts]
    names += [("service", f"{each.host_name}/{each.description}") for each in objects.services]
    names += [("realm", each.name) for each in site.config.realms]
    names += [(each.role.value, each.name) for each in site.config.daemons]
    names += [("parameter", each.name) for each in SETTINGS]
    names += [("macro", each) for each in site.config.macros]
    for kind in ("servicedependency", "hostextinfo", "serviceextinfo"):
        names.append((kind, line_of(SITE, f"define {kind}")))

    assert [each for each in names if site.explain(*each) is None] == []
    assert {kind for kind, _ in names} >= {"command", "contact", "timeperiod", "notificationway", "escalation"}


def test_what_has_no_name_is_found_by_its_place(site: Explainer) -> None:
    place = line_of(SITE, "define servicedependency")
    found = site.explain("servicedependency", place.rpartition("/")[2])

    assert found is not None
    assert str(found.place) == place
    assert told(site, "servicedependency", place, "execution_failure_criteria").value == ("c",)


def test_parameters_and_macros_show_the_line_that_counts(site: Explainer) -> None:
    assert lines(site, "parameter", "global_host_event_handler", "global_host_event_handler") == [
        (How.PARAMETER, "", line_of(SITE, "global_host_event_handler"))
    ]
    assert lines(site, "parameter", "interval_length", "interval_length") == [(How.DEFAULT, "", "")]
    assert lines(site, "macro", "USER1", "USER1") == [(How.PARAMETER, "", line_of(SITE, "$USER1$=/opt"))]
    (found,) = told(site, "macro", "PLUGINS", "PLUGINS").origins
    assert (found.how, found.place.file) == (How.ENVIRONMENT, "/etc/a/alignak.ini")


def test_what_does_not_exist_has_no_explanation(site: Explainer) -> None:
    for kind in (*OBJECT_TYPES, "parameter", "macro"):
        assert site.explain(kind, "no such thing") is None


def test_a_configuration_with_errors_is_not_explained_but_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        explainer(SITE.replace("check_command           check_up", "check_command           chekc_up"))

    assert any("chekc_up" in each for each in caught.value.diagnostics)
