"""Which services each host has."""

from __future__ import annotations

from tests.support.configurations import BASE, INI, compiled, errors, loaded, warnings


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


def service(description: str, **values: str) -> str:
    return define("service", use="generic-service", service_description=description, **values)


HOSTS = (
    BASE
    + define("host", name="linux", register="0", use="generic-host")
    + define("host", name="web", register="0")
    + define("host", host_name="a", use="linux", hostgroups="racks")
    + define("host", host_name="b", use="web,linux", hostgroups="racks,new")
    + define("host", host_name="c", use="generic-host")
)


def bound(text: str) -> list[str]:
    return [each.key for each in compiled(HOSTS + text).objects.services]


def test_a_service_is_on_the_hosts_it_names() -> None:
    assert bound(service("Load", host_name="a,c") + service("Ping", host_name="*,!b")) == [
        "a;Load",
        "a;Ping",
        "c;Load",
        "c;Ping",
    ]


def test_a_service_is_on_the_hosts_of_a_group_and_a_name_takes_one_away() -> None:
    assert bound(service("Load", hostgroup_name="racks")) == ["a;Load", "b;Load"]
    assert bound(service("Load", hostgroup_name="racks", host_name="c,!a")) == ["b;Load", "c;Load"]
    assert bound(service("Load", hostgroup_name="racks&!new")) == ["a;Load"]


def test_a_service_template_is_on_the_hosts_that_use_its_host_templates() -> None:
    template = {"register": "0", "use": "generic-service"}
    assert bound(define("service", service_description="T", host_name="linux", **template)) == ["a;T", "b;T"]
    assert bound(define("service", service_description="T", host_name="linux & !web", **template)) == ["a;T"]
    assert bound(define("service", service_description="T", host_name="generic-host,!web", **template)) == [
        "a;T",
        "c;T",
    ]


def test_a_service_template_for_an_unknown_host_template_is_a_warning() -> None:
    text = HOSTS + define(
        "service", service_description="T", host_name="linx", register="0", use="generic-service", name="t"
    )
    assert warnings(loaded(text)) == [
        "[service::T] the service template names an unknown host template 'linx', did you mean 'linux'?; from:"
        " /etc/a/main.cfg:47"
    ]


def test_the_closest_definition_of_a_service_wins_in_silence() -> None:
    text = (
        service("Load", host_name="a", check_command="check!named")
        + service("Load", hostgroup_name="racks", check_command="check!group")
        + define("service", service_description="Load", host_name="linux", register="0", check_command="check!tpl")
    )
    result = loaded(HOSTS + text)
    assert result.config is not None
    calls = {each.key: each.check_command for each in result.config.objects.services}
    assert {key: call.arguments for key, call in calls.items() if call} == {"a;Load": ("named",), "b;Load": ("group",)}
    assert not warnings(result)


def test_two_definitions_equally_close_are_a_duplicate() -> None:
    (warning,) = warnings(loaded(HOSTS + service("Load", host_name="a") + service("Load", host_name="a")))
    assert warning.startswith("duplicate service 'a/Load', from: '/etc/a/main.cfg:45' and '/etc/a/main.cfg:50'")


def test_a_host_refuses_or_chooses_what_groups_and_templates_bring() -> None:
    text = (
        HOSTS.replace("host_name a\n", "host_name a\nservice_excludes Disk\n").replace(
            "host_name b\n", "host_name b\nservice_includes Load\n"
        )
        + service("Load", hostgroup_name="racks")
        + service("Disk", hostgroup_name="racks")
        + service("Own", host_name="b")
    )
    assert [each.key for each in compiled(text).objects.services] == ["a;Load", "b;Load", "b;Own"]


def test_what_is_bound_to_nothing_or_to_nobody_known_is_an_error() -> None:
    text = (
        HOSTS
        + service("A")
        + service("B", host_name="a,cc")
        + service("C", hostgroup_name="rack")
        + service("D", host_name="a,!a")
        + service("E", hostgroup_name="(racks")
        + service("F|", host_name="a")
        + define("service", service_description="G", host_name="a", contacts="bob")
    )
    assert errors(loaded(text)) == [
        "[service::A] a service has been defined without host_name nor hostgroup_name, from: /etc/a/main.cfg:45",
        "[service::B] unknown host_name 'cc', did you mean 'c'?; from: /etc/a/main.cfg:52",
        "[service::C] unknown hostgroup_name 'rack', did you mean 'racks'?; from: /etc/a/main.cfg:57",
        "[service::C] not bound to any host.; from: /etc/a/main.cfg:54",
        "[service::D] not bound to any host.; from: /etc/a/main.cfg:59",
        "[service::E] the expression '(racks' cannot be read: a '(' is not closed; from: /etc/a/main.cfg:67",
        "[service::E] not bound to any host.; from: /etc/a/main.cfg:64",
        "[service::F|] service_description got an illegal character: |; from: /etc/a/main.cfg:71",
        "[service::a/G] no check_command property; from: /etc/a/main.cfg:74",
    ]


def test_service_groups_know_their_services_from_both_sides() -> None:
    config = compiled(
        HOSTS
        + service("Load", hostgroup_name="racks", servicegroups="made")
        + service("Ping", host_name="c")
        + define("servicegroup", servicegroup_name="net", members="c,Ping,a,Load", servicegroup_members="made")
    )
    assert {each.name: each.members for each in config.objects.servicegroups} == {
        "made": ("a;Load", "b;Load"),
        "net": ("a;Load", "b;Load", "c;Ping"),
    }
    assert config.objects.services[0].groups == ("made", "net")
    text = HOSTS + define("servicegroup", servicegroup_name="net", members="c,Pong,a")
    assert [each.partition(";")[0] for each in errors(loaded(text))] == [
        "[servicegroup::net] as servicegroup, got unknown member 'a (no service behind it)'",
        "[servicegroup::net] as servicegroup, got unknown member 'c/Pong'",
    ]


def test_a_hundred_services_on_every_host_share_one_policy() -> None:
    text = HOSTS + "".join(service(f"S{each}", host_name="*") for each in range(100))
    objects = compiled(text, INI).objects
    assert len(objects.services) == 300
    assert len({each.policy for each in objects.services}) == 1


def test_a_service_group_may_hold_a_service_of_all_hosts() -> None:
    text = HOSTS + service("Load", hostgroup_name="racks") + service("Ping", host_name="c")
    config = compiled(text + define("servicegroup", servicegroup_name="loads", members="*,Load,c,*"))
    assert config.objects.servicegroups[0].members == ("a;Load", "b;Load", "c;Ping")
