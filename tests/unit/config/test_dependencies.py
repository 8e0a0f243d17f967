"""Which objects wait for which others."""

from __future__ import annotations

from tests.support.configurations import BASE, compiled, errors, loaded, warnings


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


def service(description: str, **values: str) -> str:
    return define("service", use="generic-service", service_description=description, **values)


SITE = (
    BASE
    + "".join(define("host", host_name=each, use="generic-host", hostgroups="racks") for each in "abc")
    + define("host", host_name="gw", use="generic-host", hostgroups="net")
    + service("DB", hostgroup_name="racks")
    + service("Web", hostgroup_name="racks")
    + service("Link", host_name="gw")
)


def pairs(text: str) -> list[tuple[str, str]]:
    return [(each.dependent, each.on) for each in compiled(SITE + text).objects.dependencies]


def test_hosts_of_lists_and_groups_wait_for_each_master() -> None:
    text = define("hostdependency", dependent_hostgroup_name="racks", dependent_host_name="!b", host_name="gw")
    assert pairs(text) == [("a", "gw"), ("c", "gw")]
    text = define("hostdependency", dependent_host_name="a,b", hostgroup_name="net", host_name="c")
    assert pairs(text) == [("a", "c"), ("a", "gw"), ("b", "c"), ("b", "gw")]


def test_among_the_hosts_of_one_group_nobody_waits_for_itself() -> None:
    text = define("hostdependency", dependent_host_name="a,b", host_name="b")
    assert pairs(text) == [("a", "b")]


def test_what_a_dependency_says_is_kept() -> None:
    (found,) = compiled(
        SITE
        + define("timeperiod", timeperiod_name="night", monday="00:00-06:00")
        + define(
            "hostdependency",
            dependent_host_name="a",
            host_name="gw",
            execution_failure_criteria="d,u",
            notification_failure_criteria="p",
            inherits_parent="1",
            dependency_period="night",
        )
    ).objects.dependencies
    assert (found.execution_criteria, found.notification_criteria) == (("d", "x"), ("p",))
    assert (found.inherits_parent, found.period) == (True, "night")
    assert found.imported_from.startswith("/etc/a/main.cfg:")


def test_services_wait_on_each_host_of_their_own_when_no_other_is_named() -> None:
    same_host = [("a;Web", "a;DB"), ("b;Web", "b;DB"), ("c;Web", "c;DB")]
    values = {"service_description": "DB", "dependent_service_description": "Web"}
    assert pairs(define("servicedependency", hostgroup_name="racks", **values)) == same_host
    exploded = define(
        "servicedependency",
        hostgroup_name="racks",
        dependent_hostgroup_name="racks",
        explode_hostgroup="1",
        **values,
    )
    assert pairs(exploded) == same_host


def test_services_of_all_hosts_wait_for_one_elsewhere() -> None:
    text = define(
        "servicedependency",
        host_name="gw",
        service_description="Link",
        dependent_hostgroup_name="racks&!net",
        dependent_service_description="*,!DB",
    )
    assert pairs(text) == [("a;Web", "gw;Link"), ("b;Web", "gw;Link"), ("c;Web", "gw;Link")]


def test_a_service_names_what_it_waits_for_itself() -> None:
    text = service("App", host_name="a,b", service_dependencies=",DB,gw,Link")
    config = compiled(SITE + text)
    assert [(each.dependent, each.on) for each in config.objects.dependencies] == [
        ("a;App", "a;DB"),
        ("a;App", "gw;Link"),
        ("b;App", "b;DB"),
        ("b;App", "gw;Link"),
    ]
    assert config.objects.dependencies[0].notification_criteria == ("u", "c", "w")


def test_names_that_are_none_are_errors_with_the_right_name() -> None:
    text = (
        define("hostdependency", dependent_host_name="a", host_name="gv")
        + define("hostdependency", dependent_hostgroup_name="rack", host_name="gw")
        + define("hostdependency", dependent_host_name="a")
        + define(
            "servicedependency",
            host_name="a",
            service_description="DBB",
            dependent_service_description="Web",
            dependency_period="nihgt",
        )
        + service("App", host_name="a", service_dependencies="gw,Lnik,a")
    )
    assert [each.partition("; from")[0] for each in errors(loaded(SITE + text))] == [
        "[hostdependency::a] got a bad host_name definition 'gv'",
        "[hostdependency::rack] got a bad dependent_hostgroup_name definition 'rack', did you mean 'racks'?",
        "[hostdependency::a] host_name required property is missing",
        "[servicedependency::a] The dependency_period named 'nihgt' is unknown",
        "[servicedependency::a] Service DBB not found for host a, did you mean 'DB'?",
        "[service::App] service_dependencies takes host,service pairs, 'a' has no service behind it",
        "[service::App] Service Lnik not found for host gw, did you mean 'Link'?",
    ]


def test_a_service_a_host_excludes_is_only_a_remark() -> None:
    text = SITE.replace("host_name a\n", "host_name a\nservice_excludes DB\n", 1) + define(
        "servicedependency", hostgroup_name="racks", service_description="DB", dependent_service_description="Web"
    )
    result = loaded(text)
    assert not errors(result)
    assert "[servicedependency::racks] Service DB not found for host a, which excludes it" in warnings(result)[0]


def test_loops_of_dependencies_are_shown_as_paths() -> None:
    text = "".join(
        define("hostdependency", dependent_host_name=one, host_name=other) for one, other in ("ab", "bc", "ca")
    ) + service("App", host_name="a", service_dependencies="a,App")
    loop, where = (
        "Loop detected while checking host dependencies: a -> b -> c -> a",
        "in dependency defined in /etc/a/main.cfg",
    )
    assert [each.rpartition(":")[0] for each in errors(loaded(SITE + text))] == [
        f"[hostdependency::a] {loop}: Host b is parent and host a is child {where}",
        f"[hostdependency::b] {loop}: Host c is parent and host b is child {where}",
        f"[hostdependency::c] {loop}: Host a is parent and host c is child {where}",
        "[servicedependency::a/App] Loop detected while checking service dependencies: a/App -> a/App: Service a/App is"
        " parent and service a/App is child in dependency defined in /etc/a/main.cfg",
    ]


def test_a_letter_that_is_no_state_is_a_remark() -> None:
    text = define("hostdependency", dependent_host_name="a", host_name="b", execution_failure_criteria="c")
    assert "'c' is no state in execution_failure_criteria, it never matches" in warnings(loaded(SITE + text))[0]


def test_regular_expressions_name_hosts_when_the_installation_says_so() -> None:
    text = define("hostdependency", dependent_host_name="[ab].*", host_name="gw")
    assert pairs("use_regexp_matching=1\n" + text) == [("a", "gw"), ("b", "gw")]
    assert "bad dependent_host_name definition '[ab].*'" in errors(loaded(SITE + text))[0]


def test_pairs_that_multiply_beyond_reason_are_refused() -> None:
    hosts = define("host", host_name="h[1-500]", use="generic-host")
    found = errors(loaded(BASE + hosts + define("hostdependency", host_name="*", dependent_host_name="*")))
    assert found == [
        "[hostdependency::*] there are more than 200000 dependencies, name fewer objects at once; from:"
        " /etc/a/main.cfg:26"
    ]
