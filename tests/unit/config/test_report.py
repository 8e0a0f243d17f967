"""What the verify mode prints."""

from __future__ import annotations

from alignak.config.environment import read_environment
from alignak.config.report import report
from tests.support.configurations import BASE, INI, MemoryFiles, loaded


def lines(objects: str) -> list[tuple[str, str]]:
    environment = read_environment("/etc/a/alignak.ini", MemoryFiles({"/etc/a/alignak.ini": INI}))
    return report(environment, loaded(objects), "arbiter-master")


def test_a_good_configuration_is_told_in_the_words_of_the_reference() -> None:
    text = [line for level, line in lines(BASE + "define host{\nuse generic-host\nhost_name a\n}\n") if level == "INFO"]
    wanted = [
        "- opening '/etc/a/main.cfg' configuration file",
        "Creating objects...",
        "- creating 'host' objects",
        "    indexed 1 template(s)",
        "    created 1 host(s).",
        "- creating 'hostdependency' objects",
        "  none.",
        "Checking configuration...",
        "- checking hosts...",
        "  checked 1",
        "- checking realms...",
        "Realms:",
        " - realm: All (0), 1 hosts, 1 packs",
        "   - pack: 0 / 1 hosts (a)",
        "- found poller-master, to be launched: False, address: http://127.0.0.1:7771/",
        "Things look okay - No serious problems were detected during the pre-flight check",
        "Arbiter arbiter-master checked the configuration",
    ]
    position = 0
    for each in wanted:
        position = text.index(each, position)


def test_a_bad_configuration_names_each_object_and_ends_in_a_refusal() -> None:
    found = lines(BASE + "define host{\nuse generic-host\nhost_name a\nparents x\n}\ndefine host{\nhost_name b\n}\n")
    start = found.index(("INFO", "- checking hosts..."))
    assert found[start + 2 : start + 9] == [
        ("ERROR", "hosts configuration is incorrect!"),
        ("ERROR", "[config::Test] [host::a] the parent 'x' for the host 'a' is unknown; from: /etc/a/main.cfg:25"),
        ("ERROR", "[host::a] Configuration is incorrect; from: /etc/a/main.cfg:25"),
        (
            "WARNING",
            "[config::Test] [host::b] no check_command, will always be considered as Up; from: /etc/a/main.cfg:27",
        ),
        (
            "WARNING",
            "[config::Test] [host::b] notifications are enabled but no contacts nor contact_groups property is defined"
            " for this host; from: /etc/a/main.cfg:27",
        ),
        ("ERROR", "    1 error(s), total: 1"),
        ("WARNING", "    2 warning(s), total: 2"),
    ]
    assert found[-3:] == [
        ("ERROR", "Configuration is incorrect, sorry, I bail out"),
        ("ERROR", "*** One or more problems were encountered while processing the configuration (first check)..."),
        ("ERROR", "Sorry, I bail out, exit code: 1"),
    ]


def test_what_has_no_object_is_told_before_the_objects() -> None:
    found = [text for _, text in lines(BASE + "nonsense\n")]
    problem = "[config::Test] the parameter nonsense is malformed! (no = sign); from: /etc/a/main.cfg:22"
    assert found.index(problem) < found.index("Checking monitoring configuration...")


def test_large_packs_are_listed_first_and_in_short() -> None:
    def host(name: str, more: str = "") -> str:
        return f"define host{{\nuse generic-host\nhost_name {name}\n{more}}}\n"

    text = BASE + host("router") + "".join(host(f"child{each:02}", "parents router\n") for each in range(25))
    text += "".join(host(f"alone{each:02}") for each in range(15))
    packs = [line for _, line in lines(text) if "   - " in line]
    assert packs[0].startswith("   - pack: 0 / 26 hosts (child00,child01,")
    assert packs[0].endswith(",… (6 more))")
    assert packs[1] == "   - pack: 1 / 1 hosts (alone00)"
    assert packs[-1] == "   - and 6 smaller packs"
