"""A configuration as a whole."""

from __future__ import annotations

from alignak.base import codec
from alignak.model.snapshot import CompiledConfig
from tests.support.configurations import BASE, INI, compiled, errors, loaded, warnings

SITE = {
    "hosts.cfg": "define host{\nuse generic-host\nhost_name a\n_K 1\n}\n"
    "define host{\nuse generic-host\nhost_name b\nparents a\n}\n",
    "services.cfg": "define service{\nuse generic-service\nhost_name a,b\nservice_description S\n}\n",
}


def test_the_hash_is_that_of_the_meaning_not_of_the_place() -> None:
    one = compiled(BASE + "cfg_file=hosts.cfg\ncfg_file=services.cfg\n", more=SITE)
    other = compiled("# moved\n\n" + BASE + "".join(reversed(SITE.values())))
    assert one.hash == other.hash
    assert one.objects.hosts[0].imported_from != other.objects.hosts[0].imported_from
    changed = compiled(BASE + "".join(SITE.values()).replace("_K 1", "_K 2"))
    assert changed.hash != one.hash


def test_a_configuration_survives_the_wire() -> None:
    config = compiled(BASE + "".join(SITE.values()))
    assert codec.decode(codec.encode(config), CompiledConfig) == config


def test_hosts_have_defaults_for_what_people_leave_out() -> None:
    found = compiled(BASE + "".join(SITE.values())).objects.hosts[1]
    assert (found.alias, found.address, found.parents, found.display_name) == ("b", "b", ("a",), "")


def test_unknown_parents_and_loops_of_parents_are_errors() -> None:
    text = BASE + "".join(
        f"define host{{\nuse generic-host\nhost_name {name}\nparents {parents}\n}}\n"
        for name, parents in (("router", "switch"), ("switch", "router"), ("leaf", "switch,ruoter"))
    )
    assert errors(loaded(text)) == [
        "[host::leaf] the parent 'ruoter' for the host 'leaf' is unknown, did you mean 'router'?; from:"
        " /etc/a/main.cfg:35",
        "[host::router] Loop detected while checking hosts: router -> switch -> router: Host router is parent"
        " in dependency defined in /etc/a/main.cfg:22; from: /etc/a/main.cfg:25",
        "[host::switch] Loop detected while checking hosts: router -> switch -> router: Host switch is parent"
        " in dependency defined in /etc/a/main.cfg:27; from: /etc/a/main.cfg:30",
    ]


def test_extended_information_fills_what_a_host_leaves_empty() -> None:
    text = BASE + "define host{\nuse generic-host\nhost_name a\nnotes own\n}\n"
    text += "define hostextinfo{\nhost_name a\nnotes other\nicon_image a.png\n}\n"
    config = compiled(text)
    assert (config.objects.policies[0].notes, config.objects.policies[0].icon_image) == ("own", "a.png")


def test_an_unknown_kind_of_object_is_ignored_with_a_remark() -> None:
    result = loaded(BASE + "define hots{\nhost_name a\n}\n" * 2)
    assert warnings(result) == [
        "'define hots' defines no known type of object, it is ignored, did you mean 'host'?; from: /etc/a/main.cfg:22"
    ]


def test_all_errors_of_all_files_come_together() -> None:
    result = loaded(
        BASE + "cfg_file=gone.cfg\ncfg_file=a.cfg\ninterval_length=x\n",
        INI.replace("type=poller", "type=pouler"),
        {"a.cfg": "define host{\nuse generic-host\nhost_name a\nparents z\n}\nnonsense\n"},
    )
    assert result.config is None
    assert result.error_count == 5
    assert {each.rpartition("from: /etc/a/")[2] for each in errors(result)} == {
        "main.cfg:22",
        "main.cfg:24",
        "a.cfg:4",
        "a.cfg:6",
        "alignak.ini:10",
    }


def test_services_and_hosts_are_counted_as_they_will_run() -> None:
    result = loaded(BASE + "".join(SITE.values()))
    assert (result.created["host"], result.created["service"], result.created["poller"]) == (2, 2, 1)
    assert (result.templates["host"], result.templates["service"]) == (1, 1)
