"""Realms, the daemons in them, and the hosts they look after."""

from __future__ import annotations

from alignak.model.topology import Role
from tests.support.configurations import BASE, INI, compiled, errors, loaded, warnings

REALMS = BASE + (
    "define realm{\nrealm_name World\nrealm_members Europe\ndefault 1\n}\n"
    "define realm{\nrealm_name Paris\nhigher_realms Europe\n}\n"
    "define realm{\nrealm_name Europe\n}\n"
)


def host(name: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define host{{\nuse generic-host\nhost_name {name}\n{lines}}}\n"


def test_without_realms_there_is_one() -> None:
    config = compiled(BASE + host("a"))
    assert [(each.name, each.default) for each in config.realms] == [("All", True)]
    assert config.host_realms == {"a": "All"}
    assert {each.realm for each in config.daemons} == {"All"}


def test_realms_form_a_tree_whichever_side_says_so() -> None:
    found = {each.name: (each.members, each.level, each.default) for each in compiled(REALMS).realms}
    assert found == {
        "Europe": (("Paris",), 1, False),
        "Paris": ((), 2, False),
        "World": (("Europe",), 0, True),
    }


def test_a_host_is_in_its_realm_or_its_groups_or_the_default() -> None:
    text = REALMS + "define hostgroup{\nhostgroup_name site\nrealm Paris\nmembers a,b\n}\n"
    text += host("a", realm="Paris") + host("b") + host("c") + host("d", realm="Europe")
    config = compiled(text)
    assert config.host_realms == {"a": "Paris", "b": "Paris", "c": "World", "d": "Europe"}
    assert config.objects.hostgroups[0].realm == "Paris"


def test_the_first_realm_is_the_default_when_none_says_so_and_the_first_of_several() -> None:
    text = BASE + "define realm{\nrealm_name B\n}\ndefine realm{\nrealm_name A\n}\n"
    assert [each.default for each in compiled(text).realms] == [True, False]
    result = loaded(text.replace("B\n", "B\ndefault 1\n").replace("A\n", "A\ndefault 1\n"))
    assert warnings(result)[0].startswith("More than one realm is defined as the default one: A, B. I set A as the")


def test_host_groups_follow_their_hosts_or_are_refused() -> None:
    group = "define hostgroup{\nhostgroup_name g\nmembers a,b\n}\n"
    same = loaded(REALMS + group + host("a", realm="Paris") + host("b", realm="Paris"))
    assert "[hostgroup::g] hostgroup g gets the realm of its hosts: Paris; from: /etc/a/main.cfg:34" in warnings(same)
    mixed = REALMS + group + host("a", realm="Paris") + host("b", realm="Europe")
    assert errors(loaded(mixed)) == [
        "[hostgroup::g] got the default realm but it has some hosts that are from different realms: Europe and Paris."
        " The defined realm cannot be adjusted! (or set forced_realms_hostgroups=0); from: /etc/a/main.cfg:34"
    ]
    assert not errors(loaded(mixed + "forced_realms_hostgroups=0\n"))
    stranger = REALMS + group.replace("members", "realm World\nmembers") + host("a", realm="Paris") + host("b")
    assert (
        "host a (realm: Paris) is not in the same realm than its hostgroup g (realm: World)"
        in errors(loaded(stranger))[0]
    )


def test_unknown_realms_and_loops_are_errors_with_the_right_names() -> None:
    text = REALMS.replace("realm_name Europe\n", "realm_name Europe\nrealm_members World\n") + host("a", realm="Pari")
    text += "define hostgroup{\nhostgroup_name g\nrealm Erope\n}\n"
    ini = INI.replace("type=poller", "type=poller\nrealm=Asia")
    assert [each.partition("; from")[0] for each in errors(loaded(text, ini))] == [
        "[realm::Europe] Error: there is a loop in the realm definition Europe: Europe -> World -> Europe",
        "[realm::World] Error: there is a loop in the realm definition World: Europe -> World -> Europe",
        "[hostgroup::g] The hostgroup 'g' is affected to an unknown realm: 'Erope', did you mean 'Europe'?",
        "[host::a] The host 'a' is affected to an unknown realm: 'Pari', did you mean 'Paris'?",
        "[poller::poller-master] The poller 'poller-master' is affected to an unknown realm: 'Asia'",
    ]


def test_daemons_of_a_higher_realm_look_after_the_lower_ones_unless_told_not_to() -> None:
    text = REALMS + host("a", realm="Paris")
    assert not errors(loaded(text))
    result = loaded(
        text, INI.replace("[daemon", "manage_sub_realms=0\n[daemon").replace("type=", "manage_sub_realms=0\ntype=")
    )
    assert errors(result) == ["The realm Paris has 1 hosts but no scheduler!"]
    assert "Some hosts exist in the realm 'Paris' but no poller is defined for this realm." in warnings(result)


def test_missing_daemons_are_added_when_they_are_to_be_launched() -> None:
    ini = INI.replace("[daemon.poller-master]\ntype=poller\n", "")
    result = loaded(BASE + host("a") + "launch_missing_daemons=1\n", ini)
    assert result.config is not None
    added = result.config.daemons[-1]
    assert (added.name, added.role, added.port, added.alignak_launched) == ("poller-All", Role.POLLER, 7771, True)
    assert "Added a poller (poller-All, http://127.0.0.1:7771/) for the realm 'All'" in warnings(result)


def test_an_added_daemon_does_not_take_a_port_that_is_taken() -> None:
    ini = INI.replace("type=poller", "type=poller\nrealm=World\nmanage_sub_realms=0")
    config = compiled(REALMS + host("a", realm="Paris") + "launch_missing_daemons=1\n", ini)
    assert {each.name: each.port for each in config.daemons}["poller-Paris"] == 10000


def test_hosts_that_must_stay_together_must_be_in_one_realm() -> None:
    text = REALMS + host("a", realm="Paris") + host("b", realm="Europe")
    text += "define hostdependency{\nhost_name a\ndependent_host_name b\n}\n"
    assert errors(loaded(text)) == [
        "Error: the realm configuration of your hosts is not correct because there is more than one realm in one pack"
        " (host relations):",
        " -> the host a is in the realm Paris",
        " -> the host b is in the realm Europe",
    ]


def test_whether_a_realm_is_the_default_one_is_yes_or_no() -> None:
    found = errors(loaded(BASE + "define realm{\nrealm_name Lab\ndefault perhaps\n}\n"))
    assert found == [
        "[realm::Lab] Error while pythonizing parameter 'default': Cannot convert 'perhaps' to a boolean value; from:"
        " /etc/a/main.cfg:24"
    ]
