"""What business rules select, and what is wrong with them."""

from __future__ import annotations

import pytest

from alignak.model.rules import leaves
from tests.support.configurations import BASE, INI, compiled, errors, loaded, warnings


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


def host(name: str, **values: str) -> str:
    return define("host", **{"use": "generic-host", "host_name": name, **values})


def service(owner: str, description: str, **values: str) -> str:
    return define(
        "service", **{"use": "generic-service", "host_name": owner, "service_description": description, **values}
    )


SITE = (
    BASE
    + define("host", name="linux", register="0", use="generic-host")
    + host("web1", use="linux", hostgroups="web", labels="paris, front")
    + host("web2", use="linux", hostgroups="web", labels="lyon")
    + host("db", _SPARE="web2")
    + service("web1,web2,db", "Load", servicegroups="sys")
    + service("web1,web2", "HTTP", labels="front")
)


def leaves_of(rule: str, **values: str) -> list[str]:
    text = host("site", check_command=f"bp_rule!{rule}", **values)
    (found,) = compiled(SITE + text).objects.rules
    assert (found.owner, found.text) == ("site", rule)
    return list(leaves(found.tree))


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("web1,HTTP & !db", ["web1;HTTP", "db"]),
        ("g:web", ["web1", "web2"]),
        ("g:web,HTTP", ["web1;HTTP", "web2;HTTP"]),
        ("r:^web,Load", ["web1;Load", "web2;Load"]),
        ("l:front", ["web1"]),
        ("t:linux", ["web1", "web2"]),
        ("*", ["db", "web1", "web2"]),
        ("*,Load", ["db;Load", "web1;Load", "web2;Load"]),
        ("web1,*", ["web1;HTTP", "web1;Load"]),
        ("*,g:sys", ["db;Load", "web1;Load", "web2;Load"]),
        ("web2,l:front", ["web2;HTTP"]),
        ("web2,r:^L", ["web2;Load"]),
        ("1 of: t:linux", ["web1", "web2"]),
        ("$_HOSTMAIN$,HTTP", ["web1;HTTP"]),
    ],
)
def test_leaves_name_or_select_objects(rule: str, found: list[str]) -> None:
    assert leaves_of(rule, _MAIN="web1") == found


def test_no_host_is_the_rules_own() -> None:
    (rule,) = compiled(SITE + service("db", "All", check_command="bp_rule!,Load & web1,Load")).objects.rules
    assert (rule.owner, list(leaves(rule.tree))) == ("db;All", ["db;Load", "web1;Load"])


def test_a_rule_that_begins_with_a_macro_may_change() -> None:
    text = host("site", check_command="bp_rule!$_HOSTMAIN$ & db", _MAIN="web1")
    text += host("other", check_command="bp_rule!db & $_HOSTMAIN$", _MAIN="web1")
    assert [each.is_dynamic for each in compiled(SITE + text).objects.rules] == [False, True]


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ("web9", "business rule uses unknown host web9, did you mean 'web2'?"),
        ("db,HTPT", "business rule uses unknown service db/HTPT"),
        ("web1,HTPT", "business rule uses unknown service web1/HTPT, did you mean 'HTTP'?"),
        ("r:(,Load", "business_rule invalid: a '(' is not closed"),
        ("r:[,Load", "business rule uses invalid regex [: it is no regular expression: unterminated character set at"),
        ("g:wbe", "business rule got an empty result for pattern 'g:wbe', did you mean 'web'?"),
        ("web1 & web2 | db", "business_rule invalid: & and | are mixed at one level, put parentheses around what"),
        ("$NOPE$ & db", "business_rule invalid: the macro $NOPE$ has no value"),
        ("", "business_rule invalid: an operand is missing"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_with_the_right_name(rule: str, error: str) -> None:
    found = errors(loaded(SITE + host("site", check_command=f"bp_rule!{rule}")))
    assert found[0].startswith(f"[host::site] {error}")
    assert "from: /etc/a/main.cfg:" in found[0]


def test_a_rule_about_another_realm_is_an_error() -> None:
    realms = define("realm", realm_name="A", default="1") + define("realm", realm_name="B", higher_realms="A")
    text = host("site", check_command="bp_rule!far & db") + host("far", realm="B")
    ini = INI.replace("type=scheduler", "type=scheduler\nrealm=A")
    found = [each for each in errors(loaded(SITE + realms + text, ini)) if "Business_rule" in each]
    assert found[0].startswith("[host::site] Error: Business_rule 'site' got hosts from another realm: B")


def test_rules_that_are_worked_out_from_each_other_are_a_remark() -> None:
    text = host("one", check_command="bp_rule!two & db") + host("two", check_command="bp_rule!one")
    assert "[host::one] business rules depend on each other: one -> two -> one" in warnings(loaded(SITE + text))


def test_a_rule_may_change_who_is_told_of_its_leaves() -> None:
    text = host(
        "site",
        check_command="bp_rule!web1 & web2,HTTP",
        business_rule_host_notification_options="r,u",
        business_rule_service_notification_options="c",
        business_rule_output_template="$(x)$",
    )
    found = compiled(SITE + text).objects
    options = {each.key: found.policies[each.policy].notification_options for each in (*found.hosts, *found.services)}
    assert (options["web1"], options["web2;HTTP"]) == (("r", "x"), ("c",))
    assert (options["web2"], options["web1;HTTP"]) == (("d", "x", "r", "f"), ("w", "u", "c", "r", "f", "s", "x"))


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [("*", "1000000 leaves"), ("$LONG$" * 2_000, "20000000 characters")],
)
def test_rules_that_multiply_beyond_reason_are_refused(rule: str, wrong: str) -> None:
    text = BASE + f"$LONG$={'a' * 20_000}\n" + host("a") + host("h[1-1100]")
    found = errors(loaded(text + service("*,!a", "R", check_command=f"bp_rule!{rule}")))
    assert wrong in found[0]
    assert len(found) == 1
