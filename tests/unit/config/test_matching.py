"""Names given by regular expressions."""

from __future__ import annotations

from tests.support.configurations import BASE, compiled, errors, loaded

SITE = BASE + "".join(
    f"define host{{\nuse generic-host\nhost_name {name}\nhostgroups {group}\n}}\n"
    for name, group in (("web1", "front-a"), ("web2", "front-b"), ("db1", "back"))
)


def bound(where: str, switch: str) -> list[str]:
    text = f"{SITE}{switch}\ndefine service{{\nuse generic-service\nservice_description S\n{where}\n}}\n"
    return [each.host_name for each in compiled(text).objects.services]


def test_names_with_the_marks_of_an_expression_are_one_when_that_is_switched_on() -> None:
    assert bound("host_name web.*", "use_regexp_matching=1") == ["web1", "web2"]
    assert bound("host_name *,!web.*", "use_regexp_matching=1") == ["db1"]
    assert bound("hostgroup_name front-.*", "use_regexp_matching=1") == ["web1", "web2"]
    assert bound("host_name web", "use_true_regexp_matching=1") == ["web1", "web2"]


def test_without_the_switch_an_expression_is_a_name_nobody_has() -> None:
    text = f"{SITE}define service{{\nuse generic-service\nservice_description S\nhost_name web.*\n}}\n"
    assert "unknown host_name 'web.*'" in errors(loaded(text))[0]


def test_groups_list_members_by_expression() -> None:
    text = f"{SITE}use_regexp_matching=1\ndefine hostgroup{{\nhostgroup_name all-web\nmembers ^web.+\n}}\n"
    assert {each.name: each.members for each in compiled(text).objects.hostgroups}["all-web"] == ("web1", "web2")


def test_an_expression_that_may_take_for_ever_is_a_name_nobody_has() -> None:
    text = f"{SITE}use_regexp_matching=1\ndefine hostgroup{{\nhostgroup_name all\nmembers (web+)+\n}}\n"
    assert "got unknown member '(web+)+'" in errors(loaded(text))[0]
