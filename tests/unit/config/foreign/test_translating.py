"""The tree that is written: read again, it says what the source said."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.config.compile import Loaded, load
from alignak.config.diagnostics import Severity
from alignak.config.environment import read_environment
from alignak.config.foreign.findings import Findings
from alignak.config.foreign.reading import read_source
from alignak.config.foreign.translating import Output, Translation, translate
from tests.support.configurations import MemoryFiles

NAGIOS: Mapping[str, str | bytes] = {
    "/etc/nagios/nagios.cfg": (
        "# Where our objects are.\ncfg_dir=objects\ncfg_dir=conf.d\nresource_file=private.cfg\ninterval_length=30\n"
        "# Characters we do not want.\nillegal_macro_output_chars=`%;\nadmin_email=ops@example.org\n"
    ),
    "/etc/nagios/conf.d/.keep": "",
    "/etc/nagios/private.cfg": "# Hush.\n$USER1$=/usr/lib/nagios/plugins\n$USER3$=a;b;c\n",
    "/etc/nagios/objects/commands.cfg": (
        "define command{\n command_name ping\n command_line $USER1$/check_ping -p $USER3$ \\\n -w 1\n}\n"
    ),
    "/etc/nagios/objects/hosts.cfg": (
        "# The web servers.\ndefine host{\n host_name web ; the first\n address 127.0.0.1\n check_command ping\n"
        " max_check_attempts 3\n event_handler ping\n notifications_enabled 0\n}\n"
    ),
}

SHINKEN: Mapping[str, str | bytes] = {
    "/s/shinken.cfg": "cfg_dir=d\n$SECRET$=x\nmodules_dir=/m\n",
    "/s/d/daemons.cfg": "# Far away.\ndefine poller {\n poller_name far ; yes\n modules w\n}\n",
    "/s/d/modules.cfg": "define module {\n module_name w\n module_type webui\n}\n",
    "/s/d/r.cfg": "$PLUGINS$=/p\nflap_history=21\n",
    "/s/d/h.cfg": "define command {\n command_name c\n command_line $PLUGINS$/x\n}\n",
}


WORDS = (
    r"\ { } ; % %(x)s ] = define host{ poller module host_name poller_name x cfg_dir=. cfg_file= include_file= use name"
    r" include_dir=.. resource_file=nagios.cfg $A$= register 0 modules broker_module= use_timezone= interval_length="
)
PIECES = st.sampled_from([*WORDS.split(), "\n", "\n", "\\\n", "\0", "\xff", "\r", "\t", " ", " "])
"""What means something to one of the readers."""


def tree(files: Mapping[str, str | bytes], main: str) -> tuple[Translation, Mapping[str, Output], Loaded]:
    """Return what a source becomes, its files by name, and what loading them gives."""
    memory, findings = MemoryFiles(files), Findings()
    translation = translate(read_source([main], memory, findings), findings)
    written: dict[str, str | bytes] = {f"/to/{each.target}": each.text for each in translation.outputs}
    written |= {f"/to/{folder}/.there": "" for folder in translation.folders}
    result = MemoryFiles(written)
    loaded = load(read_environment("/to/alignak.ini", result), result)
    return translation, {each.target: each for each in translation.outputs}, loaded


def errors(loaded: Loaded) -> list[str]:
    """Return what is wrong with a configuration."""
    return [each.render() for each in loaded.diagnostics if each.severity is Severity.ERROR]


def test_a_nagios_tree_means_here_what_it_meant() -> None:
    translation, outputs, loaded = tree(NAGIOS, "/etc/nagios/nagios.cfg")

    assert errors(loaded) == []
    assert loaded.config is not None
    assert loaded.config.settings.interval_length == 30
    assert loaded.config.settings.illegal_macro_output_chars == "`%;"
    assert loaded.config.macros["USER3"] == "a;b;c"
    assert loaded.config.macros["ADMINEMAIL"] == "ops@example.org"
    assert {each.role.value for each in loaded.config.daemons} == {
        "arbiter", "scheduler", "poller", "reactionner", "receiver", "broker"
    }  # fmt: skip
    assert translation.defined == {"command": 1, "host": 1}
    assert set(outputs) == {
        "alignak.ini", "alignak.cfg", "private.cfg", "objects/commands.cfg", "objects/hosts.cfg"
    }  # fmt: skip


def test_comments_stand_where_they_stood() -> None:
    _, outputs, _ = tree(NAGIOS, "/etc/nagios/nagios.cfg")

    assert "# Where our objects are.\ncfg_dir=objects\n" in outputs["alignak.cfg"].text
    assert "# Characters we do not want.\n# from /etc/nagios/nagios.cfg:7\n" in outputs["alignak.ini"].text
    assert outputs["private.cfg"].text.startswith("# Hush.\n")
    assert " host_name web ; the first\n" in outputs["objects/hosts.cfg"].text


def test_a_file_that_needs_no_change_is_copied_as_it_is() -> None:
    _, outputs, _ = tree(NAGIOS, "/etc/nagios/nagios.cfg")

    assert outputs["objects/commands.cfg"].is_copy
    assert not outputs["objects/hosts.cfg"].is_copy


def test_only_files_with_macros_are_private() -> None:
    _, nagios, _ = tree(NAGIOS, "/etc/nagios/nagios.cfg")
    _, shinken, _ = tree(SHINKEN, "/s/shinken.cfg")

    assert [each.target for each in nagios.values() if each.is_private] == ["private.cfg"]
    assert {each.target for each in shinken.values() if each.is_private} == {"macros.cfg", "d/r.cfg"}


def test_event_handlers_run_as_they_did() -> None:
    _, _, loaded = tree(NAGIOS, "/etc/nagios/nagios.cfg")

    assert loaded.config is not None
    host = loaded.config.objects.hosts[0]
    policy = loaded.config.objects.policies[host.policy]
    assert policy.event_handler_enabled
    assert (policy.check_interval, policy.low_flap_threshold) == (5, -1)


def test_a_shinken_tree_keeps_its_daemons_and_loses_its_modules() -> None:
    _, outputs, loaded = tree(SHINKEN, "/s/shinken.cfg")

    assert errors(loaded) == []
    assert loaded.config is not None
    assert "far" in {each.name for each in loaded.config.daemons}
    assert loaded.config.modules == ()
    assert loaded.config.settings.flap_history == 21
    assert (loaded.config.macros["SECRET"], loaded.config.macros["PLUGINS"]) == ("x", "/p")
    assert "# Far away.\n" in outputs["d/daemons.cfg"].text
    assert "# poller_name far ; yes\n" in outputs["d/daemons.cfg"].text


def test_what_is_missing_in_the_source_is_missing_in_the_result_until_it_is_there() -> None:
    _, _, loaded = tree({"/e/nagios.cfg": "cfg_file=gone.cfg\n"}, "/e/nagios.cfg")

    assert any("/to/gone.cfg" in each for each in errors(loaded))


@settings(max_examples=60, deadline=None)
@given(
    main=st.lists(PIECES, max_size=12),
    objects=st.lists(PIECES, max_size=12),
    name=st.sampled_from(["nagios", "shinken"]),
)
def test_any_text_becomes_a_tree_that_can_be_checked(main: list[str], objects: list[str], name: str) -> None:
    files = {f"/e/{name}.cfg": "cfg_file=o.cfg\n" + "".join(main), "/e/o.cfg": "".join(objects)}

    translation, _, _ = tree(files, f"/e/{name}.cfg")

    assert not [each.target for each in translation.outputs if each.target.startswith(("/", ".."))]
