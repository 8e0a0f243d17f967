"""The environment file: who runs where, with which parameters."""

from __future__ import annotations

import msgspec
import pytest

from alignak.base.errors import ConfigurationError
from alignak.config.environment import Environment, read_environment
from alignak.model.directives.daemons import PROCESS
from alignak.model.processes import ProcessSettings
from alignak.model.topology import Role
from tests.support.configurations import MemoryFiles

INI = """
; Alignak
[DEFAULT]
_dist = /usr/local
_dist_etc = %(_dist)s/etc
workdir = %(_dist)s/run
logdir = log
log_format = [%%(asctime)s] %%(message)s
user = alignak

[alignak-configuration]
alignak_name = My Alignak
_name_ = main
$snmp$ = public
cfg = objects/main.cfg
cfg2 =
cfg_other = /srv/other.cfg

[daemon.poller-master]
type = poller
name = poller-1
port = 8080
modules = a, b
unheard_of = yes

[daemon.arbiter-master]
type = arbiter

[module.web]
python_name = alignak_module_ws
types = web, rest
colour = blue
[module.off]
python_name = alignak_module_off
enabled = 0

[pack.linux]
_warn = 80
"""


def environment(text: str = INI, **more: str) -> Environment:
    return read_environment("/etc/alignak/alignak.ini", MemoryFiles({"/etc/alignak/alignak.ini": text, **more}))


def test_every_section_inherits_the_default_one_with_its_references_replaced() -> None:
    found = environment()
    assert found.sections["daemon.arbiter-master"]["workdir"] == "/usr/local/run"
    assert found.globals["log_format"] == "[%(asctime)s] %(message)s"


def test_macros_come_from_underscores_dollars_and_packs() -> None:
    assert environment().macros == {
        "DIST": "/usr/local",
        "DIST_ETC": "/usr/local/etc",
        "NAME": "main",
        "SNMP": "public",
        "WARN": "80",
    }


def test_object_files_are_taken_relative_to_the_environment_file() -> None:
    assert environment().cfg_files == ("/etc/alignak/objects/main.cfg", "/srv/other.cfg")


def test_files_of_alignak_d_override_in_the_order_of_their_names() -> None:
    files = MemoryFiles(
        {
            "/e/alignak.ini": "[alignak-configuration]\nalignak_name=a\ninterval_length=1\n",
            "/e/alignak.d/20.ini": "[alignak-configuration]\nalignak_name=last\n",
            "/e/alignak.d/10/deep.ini": "[alignak-configuration]\nalignak_name=first\n[daemon.p]\ntype=poller\n",
            "/e/alignak.d/readme.txt": "not ini",
        }
    )
    found = read_environment("/e/alignak.ini", files)
    assert found.globals["alignak_name"] == "last"
    assert found.globals["interval_length"] == "1"
    assert [each.name for each in found.daemons] == ["p"]
    assert str(found.place("alignak-configuration", "alignak_name")) == "/e/alignak.d/20.ini:2"


def test_overrides_win_over_the_files() -> None:
    files = MemoryFiles({"/e/alignak.ini": INI})
    found = read_environment("/e/alignak.ini", files, {"daemon.poller-master.port": "9", "user": "me %", "x.y.z": "1"})
    assert found.process("poller-1").port == 9
    assert found.process("poller-1").user == "me %"
    assert found.sections["x.y"]["z"] == "1"


def test_a_daemon_gets_typed_settings_and_absolute_paths() -> None:
    settings = environment().process("poller-1")
    assert settings.role is Role.POLLER
    assert settings.port == 8080
    assert settings.modules == ("a", "b")
    assert settings.workdir == "/usr/local/run"
    assert settings.logdir == "/etc/alignak/log"
    assert settings.pid_filename == "/usr/local/run/poller-1.pid"
    assert settings.log_filename == "/etc/alignak/log/poller-1.log"
    assert settings.loopback_operators
    assert settings.extra["unheard_of"] == "yes"
    assert "_dist" not in settings.extra


def test_what_is_not_said_of_a_daemon_is_the_historical_default() -> None:
    settings = environment("[daemon.scheduler-master]\ntype=scheduler\nvardir=/var/lib/alignak\n").process(
        "scheduler-master"
    )
    assert (settings.port, settings.host, settings.thread_pool_size) == (7768, "127.0.0.1", 32)
    assert settings.state_dir == "/var/lib/alignak"
    assert settings.ca_cert == ""


def test_an_unknown_daemon_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ConfigurationError, match=r"no daemon is named 'poller-2'.*did you mean 'poller-1'.*arbiter-master"
    ):
        environment().process("poller-2")
    with pytest.raises(ConfigurationError, match=r"no daemon is named 'zzz' in .*\.ini\. Known daemons: "):
        environment().process("zzz")


def test_bad_values_of_a_daemon_are_named_with_their_lines_all_at_once() -> None:
    text = "[daemon.p]\ntype=pouler\nport=many\nuse_ssl=perhaps\n"
    with pytest.raises(ConfigurationError) as caught:
        environment(text).process("p")
    assert len(caught.value.diagnostics) == 3
    assert "alignak.ini:3: Error while pythonizing parameter 'port': Cannot convert 'many'" in str(caught.value)
    assert "alignak.ini:2: the type 'pouler' is none of arbiter, scheduler" in str(caught.value)


def test_modules_are_those_that_are_enabled() -> None:
    found = environment()
    (module,) = found.modules
    assert (module.name, module.python_name, module.types) == ("web", "alignak_module_ws", ("web", "rest"))
    assert module.options["colour"] == "blue"
    assert found.disabled_modules == {"off"}


def test_shells_get_every_key_of_every_section() -> None:
    lines = environment("[DEFAULT]\n_d=/x\n[daemon.arbiter-master]\nhost=127.0.0.1\nname=it's me\n").exports()
    assert lines[0] == "Loading configuration files: ['/etc/alignak/alignak.ini'] "
    assert lines[1:-1] == [
        "export DAEMON_ARBITER_MASTER_HOST=127.0.0.1",
        "export DAEMON_ARBITER_MASTER_NAME='it'\"'\"'s me'",
        "export DAEMON_ARBITER_MASTER_D=/x",
    ]
    assert lines[-1].startswith("export ALIGNAK_VERSION=")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port=1\n", "/etc/alignak/alignak.ini:1: a .section. is needed before: 'port=1'"),
        ("[a]\nnonsense\n", "not 'key = value': /etc/alignak/alignak.ini:2: 'nonsense"),
        (
            "[a]\nx=1\ny=%(gone)s\n",
            r"alignak.ini:3: the value of 'y' in \[a\] cannot be interpolated: nothing is named",
        ),
        ("[a]\ny=50%\n", r"alignak.ini:2: the value of 'y' in \[a\] cannot be interpolated.*is written %%"),
        ("[a]\nx=%(y)s\ny=%(x)s\n", "alignak.ini:2: the value of 'x'"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        environment(text)


def test_a_missing_file_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match=r"required configuration file does not exist: /gone.ini"):
        read_environment("/gone.ini", MemoryFiles({}))


def test_process_settings_have_the_directives_and_defaults_of_the_table() -> None:
    fields = {each.name: each.default for each in msgspec.structs.fields(ProcessSettings)}
    table = {each.name: each.default for each in PROCESS if each.name not in ("name", "type")}
    assert {name: fields[name] for name in table} == table


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[DEFAULT]\na0=xx\n" + "".join(f"a{n + 1}={f'%(a{n})s' * 60}\n" for n in range(9)) + "[x]\n", "20000000 char"),
        ("[DEFAULT]\n" + "".join(f"a{n}=1\n" for n in range(500)) + "".join(f"[s{n}]\n" for n in range(500)), "in all"),
        ("".join(f"[s{n}]\n" for n in range(2001)), "2001 sections"),
    ],
)
def test_sections_and_references_that_multiply_beyond_reason_are_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_environment("/e/alignak.ini", MemoryFiles({"/e/alignak.ini": text}))
