"""``alignak config``: what people and programs are shown of a configuration, and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import ujson

from alignak.api.arbiter import RunningConfiguration
from alignak.cli import main
from alignak.config.compile import load
from alignak.config.environment import read_environment
from alignak.daemons.veils import veiled
from alignak.dispatch.planner import plan
from alignak.model.topology import Role
from alignak.system.files import DiskFiles
from tests.support.doors import answering
from tests.support.explained import MACROS, POOL, SITE

SECRETS = ("s3cr3t-ro", "hunter2", "t0ps3cret", "us3r-one")
EVERY_NAME = (
    "host/web-1",
    "host/router",
    "host/linux",
    "service/web-1/http",
    "service/probe",
    "contact/bob",
    "contactgroup/ops",
    "hostgroup/fronts",
    "servicegroup/visible",
    "command/check_web",
    "timeperiod/office",
    "notificationway/by-day",
    "escalation/later",
    "macro/SNMPCOMMUNITY",
    "macro/USER1",
    "parameter/interval_length",
    "scheduler/scheduler-master",
    "realm/All",
)


def write(folder: Path, objects: str = SITE) -> str:
    """Write an installation and return its environment file."""
    folder.mkdir(exist_ok=True)
    (folder / "main.cfg").write_text(objects)
    (folder / "alignak.ini").write_text(POOL + MACROS)
    return str(folder / "alignak.ini")


@pytest.fixture
def environment(tmp_path: Path) -> str:
    """Write the site and return its environment file."""
    return write(tmp_path / "now")


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Return the document of a command that succeeds."""
    assert main.main(["config", *words, "-o", "json"]) == 0
    return ujson.loads(capsys.readouterr().out)


def text(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """Return what a command prints for people."""
    assert main.main(["config", *words]) == code
    return capsys.readouterr().out


# Show -------------------------------------------------------------------------------------------------------------


def test_without_a_name_it_counts_what_there_is(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(capsys, "show", "-e", environment)["objects"]

    assert (found["host"], found["service"], found["contact"]) == (4, 6, 2)
    assert "hostgroup" in text(capsys, "show", "-e", environment)


def test_a_type_lists_its_objects_and_templates(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert text(capsys, "show", "host", "-e", environment).split() == ["base", "linux", "router", "web-1"]
    assert text(capsys, "show", "servicedependency", "-e", environment).startswith("main.cfg:")


def test_a_name_may_stand_before_or_behind_the_options(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = text(capsys, "show", "host/web-1", "-e", environment)

    assert found == text(capsys, "show", "-e", environment, "host/web-1")
    assert found == text(capsys, "-e", environment, "show", "web-1")


def test_a_service_is_found_with_and_without_its_type(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert text(capsys, "show", "web-1/disk /var", "-e", environment) == text(
        capsys, "show", "service/web-1/disk /var", "-e", environment
    )


def test_a_line_shows_value_way_and_place(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = text(capsys, "show", "web-1", "-e", environment).splitlines()
    line = next(each for each in lines if each.split()[:1] == ["check_interval"])
    number = SITE.split("\n").index("    check_interval          5") + 1

    assert line.split()[1:5] == ["5", "template", "base", "<-"]
    assert line.endswith(f"linux  {Path(environment).parent}/main.cfg:{number}")


def test_the_sections_of_a_service_tell_all_that_is_worked_out(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = text(capsys, "show", "web-1/http", "-e", environment)

    for title in ("Properties", "Defaults", "Check command", "Who is told", "Groups", "Relations", "Escalations"):
        assert f"\n{title}\n" in found
    assert "expanded      ***/check_http -H 192.0.2.7 -p 80 -u /status -C *** -t\n" in found
    assert "no value for  $ARG2$" in found
    assert "router/ports: not checked in c, not told in w,c" in found
    assert "never: business impact 2 is below its min_business_impact 3" in found


def test_the_document_holds_the_same_for_programs(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(capsys, "show", "web-1/http", "-e", environment)

    assert (found["type"], found["name"], found["realm"]) == ("service", "web-1/http", "All")
    by_name = {each["name"]: each for each in found["properties"]}
    assert by_name["check_interval"]["value"] == 9
    assert by_name["check_interval"]["from"][0]["how"] == "service_overrides"
    assert by_name["max_check_attempts"]["from"][0]["chain"] == ["probe"]
    assert {each["name"] for each in found["contacts"]} == {"amy", "bob"}
    assert found["groups"] == [{"name": "visible", "how": "joined", "from": found["groups"][0]["from"]}]
    assert found["dependencies"][0]["on"] == "router/ports"
    assert found["escalations"][0]["name"] == "later"


def test_a_business_rule_is_shown_as_the_tree_it_is(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    rule = shown(capsys, "show", "router/shop", "-e", environment)["rule"]

    assert rule["tree"] == ["2 of", "web-1/http", "router/ports", "web-1"]
    assert "\n    2 of\n      web-1/http\n" in text(capsys, "show", "router/shop", "-e", environment)


def test_a_command_that_is_never_run_says_why(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    commands = shown(capsys, "show", "web-1", "-e", environment)["commands"]

    assert commands["event_handler"]["why_not"] == "event_handler_enabled 0"
    assert commands["check_command"]["why_not"] == ""
    assert "not run     event_handler_enabled 0" in text(capsys, "show", "web-1", "-e", environment)


def test_groups_say_how_an_object_came_into_them(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    web = {each["name"]: each["how"] for each in shown(capsys, "show", "web-1", "-e", environment)["groups"]}
    router = {each["name"]: each["how"] for each in shown(capsys, "show", "router", "-e", environment)["groups"]}

    assert web == {"fronts": "joined", "everything": "through fronts"}
    assert router == {"everything": "listed"}


def test_a_time_period_shows_its_next_changes(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(capsys, "show", "timeperiod/office", "-e", environment)

    assert "monday   08:00-12:00,13:00-18:00" in found["entries"]
    assert len(found["next_changes"]) == 6
    becomes = [each["becomes"] for each in found["next_changes"]]
    assert becomes in (["active", "inactive"] * 3, ["inactive", "active"] * 3)
    assert sorted(each["at"] for each in found["next_changes"]) == [each["at"] for each in found["next_changes"]]
    assert shown(capsys, "show", "timeperiod/always", "-e", environment)["next_changes"] == []


def test_a_template_says_who_uses_it(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(capsys, "show", "host/base", "-e", environment)

    assert found["is_template"]
    assert found["used_by"]["hosts"] == {"count": 2, "first": ["router", "web-1"]}


@pytest.mark.parametrize("name", EVERY_NAME)
@pytest.mark.parametrize("form", ["text", "json", "yaml"])
def test_no_secret_is_shown_in_any_form(
    environment: str, name: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["config", "show", name, "-e", environment, "-o", form]) == 0

    found = capsys.readouterr().out
    assert [each for each in SECRETS if each in found] == []
    assert name.rpartition("/")[2] in found


def test_a_name_that_is_none_is_answered_with_the_nearest(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name, near in (
        ("host/wbe-1", "'web-1'"),
        ("web-1/htpp", "'service/web-1/http'"),
        ("contact/Bob", "'bob'"),
        ("macro/plugin", "'PLUGINS'"),
        ("rooter", "'host/router'"),
    ):
        assert main.main(["config", "show", name, "-e", environment]) == 1
        assert f"did you mean {near}" in capsys.readouterr().err


def test_a_configuration_with_errors_is_answered_with_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = write(
        tmp_path / "broken", SITE.replace("use                     linux", "host_name a\n use linux\n parents x")
    )

    assert main.main(["config", "show", "router", "-e", broken]) == 1
    assert "unknown" in capsys.readouterr().err


# Diff -------------------------------------------------------------------------------------------------------------


def changed_site(tmp_path: Path) -> str:
    """Write the site with a changed template, a changed secret and a new contact; return its environment file."""
    more = "define contact{\n contact_name zoe\n notificationways by-day\n}\n"
    return write(
        tmp_path / "next",
        SITE.replace("max_check_attempts      2", "max_check_attempts      6").replace("hunter2", "hunter3") + more,
    )


def test_files_that_say_the_same_end_with_0(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = write(tmp_path / "copy")

    found = text(capsys, "diff", "-e", copy, "--against", environment)

    assert found == "Both say the same.\n\nA reload would touch nothing.\n"


def test_a_changed_template_is_one_entry_and_ends_with_1(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = text(capsys, "diff", "-e", changed_site(tmp_path), "--against", environment, code=1)

    assert "+ contact zoe" in found
    assert "~ service router/ports, router/shop, web-1/disk /home, web-1/disk /var, web-1/http" in found
    assert "max_check_attempts: 2 -> 6" in found
    assert "from  template probe  " in found
    assert "_PASSWORD: changed, not shown because it is secret" in found
    assert "scheduler scheduler-master: new part, 2 of 2 hosts touched" in found
    assert "hunter" not in found


def test_the_document_of_a_difference(environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main.main(["config", "diff", "-e", changed_site(tmp_path), "--against", environment, "-o", "json"])
    out = capsys.readouterr().out
    found = ujson.loads(out)

    assert code == 1
    assert not found["equal"]
    assert [each["name"] for each in found["added"]["contact"]] == ["zoe"]
    service = next(each for each in found["changed"] if each["type"] == "service")
    assert (service["count"], service["changes"][0]["old"], service["changes"][0]["new"]) == (5, 2, 6)
    assert service["changes"][0]["from"][0]["who"] == "template probe"
    assert {each["name"]: each["what"] for each in found["reload"]["daemons"]}["scheduler-master"] == "new part"
    assert "hunter" not in out


def running(environment: str) -> RunningConfiguration:
    """Return what an arbiter that read these files answers."""
    config = load(read_environment(environment, DiskFiles()), DiskFiles()).config
    assert config is not None
    return RunningConfiguration(veiled(config, "life-1"), "life-1", plan(config).placement, environment)


def test_files_are_compared_with_what_the_arbiter_runs(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = running(environment)
    with answering(Role.ARBITER, {"running_configuration": lambda _: answer}) as url:
        assert main.main(["config", "diff", "-e", environment, "--url", url]) == 0
        assert "A reload would touch nothing." in capsys.readouterr().out

        assert main.main(["config", "diff", "-e", changed_site(tmp_path), "--url", url]) == 1
        found = capsys.readouterr().out
    assert "max_check_attempts: 2 -> 6" in found
    assert "_PASSWORD: changed, not shown because it is secret" in found


def test_what_cannot_be_compared_ends_with_2_or_more(
    environment: str, tmp_path: Path, unused_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = f"http://127.0.0.1:{unused_port}/"
    broken = write(tmp_path / "broken", "define host{\n")

    assert main.main(["config", "diff", "-e", environment, "--url", nobody]) == 3
    assert main.main(["config", "diff", "-e", broken, "--against", environment]) == 2
    assert "is not closed" in capsys.readouterr().err
    assert main.main(["config", "diff", "-e", environment, "--against", str(tmp_path / "none.ini")]) == 2
