"""Daemons as the others see them."""

from __future__ import annotations

from alignak.model.topology import Role
from tests.support.configurations import BASE, INI, compiled, errors, loaded, warnings


def test_links_have_the_historical_ports_and_ids_numbered_in_order() -> None:
    config = compiled(BASE, INI + "[daemon.s2]\ntype=scheduler\nname=second\nport=7800\nweight=3\n")
    found = {each.name: (each.port, each.instance_id) for each in config.daemons}
    assert found == {
        "arbiter-master": (7770, "ArbiterLink_1"),
        "scheduler-master": (7768, "SchedulerLink_1"),
        "poller-master": (7771, "PollerLink_1"),
        "reactionner-master": (7769, "ReactionnerLink_1"),
        "broker-master": (7772, "BrokerLink_1"),
        "receiver-master": (7773, "ReceiverLink_1"),
        "second": (7800, "SchedulerLink_2"),
    }
    assert config.daemons[-1].weight == 3


def test_an_installation_without_daemons_gets_six() -> None:
    config = compiled(BASE, "[alignak-configuration]\ncfg=main.cfg\n")
    assert [each.name for each in config.daemons] == [
        "Default-Arbiter",
        "Default-Scheduler",
        "Default-Poller",
        "Default-Reactionner",
        "Default-Broker",
        "Default-Receiver",
    ]


def test_daemons_of_object_files_are_understood() -> None:
    text = BASE + "define scheduler{\nscheduler_name old\naddress 10.0.0.1\nport 1234\n}\n"
    config = compiled(text, "[alignak-configuration]\ncfg=main.cfg\n")
    assert [(each.role, each.name, each.uri) for each in config.daemons] == [
        (Role.SCHEDULER, "old", "http://10.0.0.1:1234/")
    ]


def test_what_is_wrong_with_daemons_is_said_with_their_lines() -> None:
    ini = INI.replace(
        "type=poller", "type=poller\nport=70000\nuse_timezone=Mars\nweight=heavy\nmodules=webs,inner-metrics"
    )
    ini += "[daemon.x]\ntype=pouler\n[daemon.y]\ntype=broker\nname=broker-master\n[module.web]\npython_name=w\n"
    assert errors(loaded(BASE, ini)) == [
        "the type 'pouler' of the daemon 'x' is none of arbiter, scheduler, poller, reactionner, receiver, broker,"
        " did you mean 'poller'?; from: /etc/a/alignak.ini:22",
        "[poller::poller-master] Error while pythonizing parameter 'weight': Cannot convert 'heavy' to a number; from:"
        " /etc/a/alignak.ini:13",
        "[poller::poller-master] the port 70000 is none: give a number from 1 to 65535; from: /etc/a/alignak.ini:11",
        "[poller::poller-master] use_timezone 'Mars' is no time zone: give a name as 'Europe/Paris'; from:"
        " /etc/a/alignak.ini:12",
        "two daemons are named 'broker-master', the other one is at /etc/a/alignak.ini:17; from: /etc/a/alignak.ini:23",
        "[poller::poller-master] Error: the module webs is unknown for poller-master, did you mean 'web'?; from:"
        " /etc/a/alignak.ini:14",
    ]


def test_two_daemons_on_one_port_and_inactive_ones_are_warnings() -> None:
    ini = INI + "[daemon.s2]\ntype=scheduler\n[daemon.s3]\ntype=scheduler\nport=7999\nactive=0\n"
    assert warnings(loaded(BASE, ini)) == [
        "[scheduler::s3] The scheduler 's3' is declared as a non active daemon. It will be ignored.; from:"
        " /etc/a/alignak.ini:19",
        "[scheduler::s2] scheduler-master and s2 share 127.0.0.1:7768: give one of them another port; from:"
        " /etc/a/alignak.ini:17",
    ]


def test_a_tag_that_no_poller_has_is_an_error() -> None:
    text = BASE + "define host{\nuse generic-host\nhost_name a\npoller_tag snmp\n}\n"
    text += "define service{\nuse generic-service\nhost_name a\nservice_description s\npoller_tag None\n}\n"
    assert errors(loaded(text)) == ["Error: some hosts have the poller_tag snmp but no poller has this tag"]
    tagged = text.replace("poller_tag None", "poller_tag dzm")
    with_dmz = INI.replace("type=poller", "type=poller\npoller_tags=None,snmp,dmz")
    assert errors(loaded(tagged, with_dmz)) == [
        "some services have the poller_tag dzm but no poller has this tag, did you mean 'dmz'?"
    ]
    assert not errors(loaded(text, INI.replace("type=poller", "type=poller\npoller_tags=None,snmp")))


def test_modules_come_from_either_kind_of_file() -> None:
    text = (
        BASE
        + "define module{\nmodule_alias old\npython_name alignak_module_old\nmodule_types retention\ncolour red\n}\n"
    )
    config = compiled(text, INI + "[module.web]\npython_name=alignak_module_ws\n")
    assert [(each.name, each.python_name) for each in config.modules] == [
        ("web", "alignak_module_ws"),
        ("old", "alignak_module_old"),
    ]
    assert config.modules[1].options["colour"] == "red"


def test_a_tag_that_no_reactionner_has_or_that_a_command_asks_for_is_a_warning() -> None:
    text = BASE.replace("command_name check\n", "command_name check\npoller_tag dmz\nreactionner_tag sms\n")
    text += "define host{\nuse generic-host\nhost_name a\nreactionner_tag mail\n}\n"
    assert warnings(loaded(text)) == [
        "some commands have the poller_tag dmz but no poller has this tag",
        "some hosts have the reactionner_tag mail but no reactionner has this tag",
        "some commands have the reactionner_tag sms but no reactionner has this tag",
    ]


def test_a_number_that_nothing_depends_on_is_a_number_all_the_same() -> None:
    assert errors(loaded(BASE, INI.replace("type=poller", "type=poller\nping_period=garbage"))) == [
        "[poller::poller-master] Error while pythonizing parameter 'ping_period': Cannot convert 'garbage' to a number;"
        " from: /etc/a/alignak.ini:11"
    ]
