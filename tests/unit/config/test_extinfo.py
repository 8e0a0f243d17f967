"""What hosts and services are given where they are silent."""

from __future__ import annotations

from tests.support.configurations import BASE, compiled, errors, loaded

SITE = (
    BASE
    + "define host{\nuse generic-host\nhost_name srv-[1-2]\nnotes own\nhostgroups g\n}\n"
    + "define service{\nuse generic-service\nhostgroup_name g\nservice_description Load\nicon_image s.png\n}\n"
)


def test_one_host_of_a_pattern_gets_information_and_the_others_do_not() -> None:
    found = compiled(SITE + "define hostextinfo{\nhost_name srv-1\nnotes other\nicon_image a.png\n}\n").objects
    said = [(found.policies[each.policy].notes, found.policies[each.policy].icon_image) for each in found.hosts]
    assert said == [("own", "a.png"), ("own", "")]


def test_a_service_gets_information_on_the_host_that_is_named() -> None:
    text = "define serviceextinfo{\nhost_name srv-2\nservice_description Load\nnotes here\nicon_image t.png\n}\n"
    found = compiled(SITE + text).objects
    said = {each.key: found.policies[each.policy] for each in found.services}
    assert [said[key].notes for key in ("srv-1;Load", "srv-2;Load")] == ["", "here"]
    assert said["srv-2;Load"].icon_image == "s.png"


def test_information_about_what_does_not_exist_is_an_error() -> None:
    text = "define serviceextinfo{\nhost_name srv-2\nservice_description Laod\n}\n"
    assert errors(loaded(SITE + text)) == [
        "[serviceextinfo::srv-2] Service Laod not found for host srv-2, did you mean 'Load'?; from: /etc/a/main.cfg:36"
    ]


def test_information_about_nobody_is_an_error() -> None:
    text = "define hostextinfo{\nnotes x\n}\ndefine serviceextinfo{\nhost_name srv-2\nnotes without_whom\n}\n"
    assert errors(loaded(SITE + text)) == [
        "[hostextinfo] host_name required property is missing; from: /etc/a/main.cfg:34",
        "[serviceextinfo] service_description required property is missing; from: /etc/a/main.cfg:37",
    ]
