"""Global parameters, from either kind of file."""

from __future__ import annotations

from tests.support.configurations import BASE, INI, compiled, errors, loaded, warnings


def test_parameters_are_typed_and_object_files_override() -> None:
    ini = INI.replace("cfg=main.cfg", "cfg=main.cfg\ninterval_length=1\nenable_notifications=no\nflap_history=10.9")
    config = compiled(BASE + "interval_length=30\nuse_timezone=Europe/Paris\n", ini)
    assert config.settings.interval_length == 30
    assert not config.settings.enable_notifications
    assert config.settings.flap_history == 10
    assert config.settings.use_timezone == "Europe/Paris"
    assert config.name == "Test"


def test_macros_of_object_files_override_those_of_the_environment() -> None:
    ini = INI.replace("cfg=main.cfg", "cfg=main.cfg\n_user1=/a\n_other=/o")
    assert compiled(BASE + "$USER1$=/b\n", ini).macros == {"OTHER": "/o", "USER1": "/b"}


def test_values_that_cannot_be_are_errors() -> None:
    text = BASE + "enable_notifications=perhaps\nflap_history=nan\nuse_timezone=Europe/Pari\ninterval_length=0\n"
    assert [each.partition("; from")[0] for each in errors(loaded(text))] == [
        "Error while pythonizing parameter 'enable_notifications': Cannot convert 'perhaps' to a boolean value",
        "Error while pythonizing parameter 'flap_history': 'nan' is out of range: give a number between"
        " -9007199254740992 and 9007199254740992",
        "interval_length is 0: give the seconds of a unit, at least 1",
        "use_timezone 'Europe/Pari' is no time zone: give a name as 'Europe/Paris'",
    ]


def test_what_has_no_effect_is_said_once_and_what_is_expected_is_not() -> None:
    text = BASE + "date_format=iso\ncommand_file=/x\nadmin_email=me\ntick_clean_queues=5\nintervall_length=1\n"
    assert warnings(loaded(text)) == [
        "[parameter::date_format] nothing comes of it, remove the line; from: /etc/a/main.cfg:22",
        "The configuration parameter 'command_file = /x' is deprecated and will be ignored. Please configure your"
        " external 'external commands' module as expected.; from: /etc/a/main.cfg:23",
        "the parameter 'intervall_length' is unknown and ignored, did you mean 'interval_length'?; from:"
        " /etc/a/main.cfg:26",
    ]


def test_daemon_keys_of_the_default_section_are_no_remark_on_the_arbiter() -> None:
    ini = "[DEFAULT]\nworkdir=/x\nanything=1\n" + INI
    assert not warnings(loaded(BASE, ini))


def test_an_environment_without_its_global_section_is_refused_not_a_crash() -> None:
    found = errors(loaded(BASE, ini="[daemon.a]\ntype=arbiter\n"))
    assert any("there is no [alignak-configuration] section" in each for each in found)


def test_global_commands_must_exist() -> None:
    ini = INI.replace("cfg=main.cfg", "cfg=main.cfg\nhost_perfdata_command=chekc")
    text = BASE + "global_service_event_handler=restart!now\nglobal_host_event_handler=check!x\n"
    assert errors(loaded(text, ini)) == [
        "global service event_handler 'restart' is invalid: there is no such command; from: /etc/a/main.cfg:22",
        "host perfdata command 'chekc' is invalid, did you mean 'check'?; from: /etc/a/alignak.ini:5",
    ]
    assert errors(loaded(BASE + "ocsp_command=submit\n")) == [
        "obsessive compulsive service processor command 'submit' is invalid: there is no such command; "
        "from: /etc/a/main.cfg:22",
    ]
