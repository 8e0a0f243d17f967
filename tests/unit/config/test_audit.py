"""Facts of the configuration language that an audit found missing; each test says where they belong."""

from __future__ import annotations

from tests.support.configurations import BASE, compiled, errors, loaded, warnings

HOST = "define host{\nuse generic-host\nhost_name a\n}\n"


# configuration.md 3.7, services.Binder._bind_object: the error is followed by a warning about the service.
def test_a_service_on_an_unknown_host_is_also_warned_of_in_the_words_of_the_reference() -> None:
    result = loaded(BASE + HOST + "define service{\nuse generic-service\nservice_description d\nhost_name a,x\n}\n")
    assert any("unknown host_name 'x'" in each for each in errors(result))
    assert any("Warning: the service 'd' got an invalid host_name 'x'" in each for each in warnings(result))


# configuration.md 3.7 and 3.11, services.Binder._bind_object and inherit.Inheritance: ", from: file:line" is said.
def test_what_cannot_be_named_is_told_with_its_place_as_in_the_reference() -> None:
    text = "define service{\nuse generic-service\nservice_description d\n}\ndefine host{\nalias x\n}\n"
    found = errors(loaded(BASE + text + "define contact{\nregister 0\nalias x\n}\n"))
    assert any(
        each.endswith("a service has been defined without host_name nor hostgroup_name, from: /etc/a/main.cfg:22")
        for each in found
    )
    assert "a host item has been defined without host_name, from: /etc/a/main.cfg:26" in found
    assert "a contact template has been defined without name, from: /etc/a/main.cfg:29" in found


# configuration.md 3.11, checkables.Builder._check_host: the directive is there and says nothing.
def test_a_host_whose_check_command_is_empty_has_no_defined_check_command() -> None:
    result = loaded(BASE + "define host{\nuse generic-host\nhost_name a\ncheck_command\n}\n")
    assert "[host::a] has no defined check command; from: /etc/a/main.cfg:22" in warnings(result)


# configuration.md 3.11, checkables.Builder._share: internal.completed makes what an internal check lacks.
def test_an_internal_check_that_says_too_little_is_completed_with_a_warning() -> None:
    text = BASE + "define host{\nuse generic-host\nhost_name a\ncheck_command _internal_host_check\n}\n"
    call = compiled(text).objects.hosts[0].check_command
    assert call is not None
    assert call.arguments == ("0", "Host assumed to be UP")
    assert "[host::a] has no defined state nor output. Changed to" in warnings(loaded(text))[0]


# Nearest names, assembly.Assembler: group_members takes ``hint``.
def test_a_misspelt_member_of_a_group_brings_the_right_one() -> None:
    text = BASE + HOST + "define contactgroup{\ncontactgroup_name g\nmembers bobb\n}\n"
    text += "define hostgroup{\nhostgroup_name g\nmembers srv1\n}\ndefine host{\nuse generic-host\nhost_name srv-1\n}\n"
    found = errors(loaded(text))
    assert any("as contactgroup, got unknown member 'bobb', did you mean 'bob'?" in each for each in found)
    assert any("as hostgroup, got unknown member 'srv1', did you mean 'srv-1'?" in each for each in found)
