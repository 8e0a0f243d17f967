"""What the verify mode prints."""

from __future__ import annotations

from alignak.config.environment import read_environment
from alignak.config.report import report
from alignak.config.splitting import Split, Trouble
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
        "Splitting configuration...",
        "Realms:",
        " - realm: <Realm All (0), 1 hosts, 1 packs/>",
        "   - pack: 0 / 1 hosts (a)",
        "Configuration parts:",
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


def test_types_come_in_the_order_of_the_reference_and_escalations_together() -> None:
    text = BASE + "define host{\nuse generic-host\nhost_name a\n}\ndefine hostescalation{\nhost_name a\n"
    text += "first_notification 1\nlast_notification 2\n}\n"
    found = [line for _, line in lines(text)]
    checked = [each[11:-3] for each in found if each.startswith("- checking ")]
    assert checked == sorted(checked)
    assert "hostescalations" not in checked
    place = found.index("- checking escalations...")
    assert found[place + 1 : place + 3] == ["  checked 1", "escalations configuration is incorrect!"]
    created = [each.split("'")[1] for each in found if each.startswith("- creating '")]
    assert created[:3] == ["arbiter", "module", "broker"]
    assert created[-1] == "timeperiod"


def test_parameters_of_which_nothing_comes_are_listed_before_the_checks() -> None:
    found = lines(BASE + "date_format=iso\nhost_perfdata_file_mode=a\n")
    place = found.index(("WARNING", "The following Nagios legacy parameter(s) are not currently managed by Alignak:"))
    assert found[place + 1 : place + 5] == [
        ("WARNING", "- date_format: nothing comes of it, remove the line; from: /etc/a/main.cfg:22"),
        (
            "WARNING",
            "- host_perfdata_file_mode: Smartly replaced with the Alignak inner metrics feature or backend.; from:"
            " /etc/a/main.cfg:23",
        ),
        ("WARNING", "Those are unmanaged configuration statements, do you really need it?"),
        ("INFO", "Checking configuration..."),
    ]


def test_a_time_period_is_refused_in_words_of_its_own() -> None:
    found = lines(BASE + "define timeperiod{\ntimeperiod_name night\nmondey 00:00-06:00\n}\n")
    assert ("ERROR", "Configuration in timeperiod::night is incorrect; from: /etc/a/main.cfg:24") in found


def test_daemons_are_listed_in_the_order_of_the_reference() -> None:
    found = [line.split()[2].split("-")[0] for _, line in lines(BASE) if line.startswith("- found ")]
    assert found == ["arbiter", "receiver", "reactionner", "poller", "broker", "scheduler"]


def test_what_is_found_when_hosts_are_shared_out_is_the_second_check() -> None:
    environment = read_environment("/etc/a/alignak.ini", MemoryFiles({"/etc/a/alignak.ini": INI}))
    split = Split(troubles=(Trouble("Some hosts have been ignored", True), Trouble("a remark", False)))
    found = report(environment, loaded(BASE), "arbiter-master", split)
    assert ("WARNING", "a remark") in found
    assert ("ERROR", "Some hosts have been ignored") in found
    assert found[-2:] == [
        ("ERROR", "*** One or more problems were encountered while processing the configuration (second check)..."),
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
    packs = [line for _, line in lines(text) if line.startswith("   - ")]
    assert packs[0].startswith("   - pack: 0 / 26 hosts (child00,child01,")
    assert packs[0].endswith(",… (6 more))")
    assert packs[1] == "   - pack: 1 / 1 hosts (alone00)"
    assert packs[-1] == "   - and 6 smaller packs"
