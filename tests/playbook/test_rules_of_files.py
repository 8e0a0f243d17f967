"""From an administrator's files to what the engine makes of them: rules and modulations (configuration.md 3.9)."""

from __future__ import annotations

from alignak.model.snapshot import Part
from tests.support.configurations import BASE, compiled
from tests.support.playbook import Playbook


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


PASSIVE = {"active_checks_enabled": "0", "max_check_attempts": "1"}

FILES = (
    BASE
    + "admin_email=root@example.org\n"
    + define("timeperiod", timeperiod_name="never", alias="never")
    + "".join(
        define("host", use="generic-host", host_name=name, hostgroups="web", **PASSIVE) for name in ("web1", "web2")
    )
    + define("host", use="generic-host", host_name="site", _RULE="web1,Load", **PASSIVE)
    + define("hostgroup", hostgroup_name="all", hostgroup_members="web")
    + define(
        "service",
        use="generic-service",
        host_name="web1,web2",
        service_description="Load",
        resultmodulations="calm",
        host_dependency_enabled="0",
        **PASSIVE,
    )
    + define(
        "service",
        use="generic-service",
        host_name="site",
        service_description="All",
        check_command="bp_rule!1,1,2 of: g:web,Load",
        business_rule_output_template="$STATUS$: $($HOSTNAME$ $SHORTSTATUS$ )$",
        business_impact_modulations="always",
        max_check_attempts="1",
        host_dependency_enabled="0",
    )
    + define(
        "service",
        use="generic-service",
        host_name="site",
        service_description="Said",
        check_command="bp_rule!$_HOSTRULE$ & r:^web,Load",
        max_check_attempts="1",
        host_dependency_enabled="0",
    )
    + define("resultmodulation", resultmodulation_name="calm", exit_codes_match="3", exit_code_modulation="1")
    + define(
        "businessimpactmodulation",
        business_impact_modulation_name="asleep",
        business_impact="1",
        modulation_period="never",
    )
    + define("businessimpactmodulation", business_impact_modulation_name="always", business_impact="5")
)


def play() -> Playbook:
    config = compiled(FILES)
    return Playbook(Part("Config_1", "All", config.name, config.settings, config.macros, config.objects))


def state(here: Playbook, key: str) -> tuple[str, str]:
    found = here.item(key).state
    return found.state, found.output


def test_a_rule_of_the_files_follows_the_services_it_selects() -> None:
    here = play()
    here.passive("web1;Load", 3)
    assert here.item("web1;Load").state.state == "WARNING"
    assert state(here, "site;All") == ("WARNING", "WARNING: web1 W")
    here.passive("web1;Load", 2)
    here.passive("web2;Load", 2)
    assert state(here, "site;All") == ("CRITICAL", "CRITICAL: web1 C web2 C")
    assert here.item("site;All").modulated_impact == 5
    assert here.engine.world.hostgroups["all"].groups == ("web",)
    assert here.engine.world.macros["ADMINEMAIL"] == "root@example.org"


def test_a_rule_that_begins_with_a_macro_is_as_the_files_say_until_the_macro_changes() -> None:
    here = play()
    here.passive("web2;Load", 2)
    assert state(here, "site;Said") == ("CRITICAL", "")
    here.command("CHANGE_CUSTOM_HOST_VAR;site;_RULE;web1,Gone")
    here.passive("web2;Load", 0)
    assert state(here, "site;Said")[0] == "UNKNOWN"
