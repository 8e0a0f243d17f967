"""Hostile dependencies, escalations, realms, people, business rules and time periods."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from tests.support.configurations import BASE
from tests.support.hostile_pieces import case, crowd, define, host, service, until, words


@case
def case_everything_depends_on_everything(size: int) -> str:
    many = (
        define(
            "hostdependency",
            "host_name *",
            "dependent_host_name *",
            f"inherits_parent {n % 2}",
            "notification_failure_criteria d",
        )
        for n in count()
    )
    return BASE + crowd(size) + until(size, many)


@case
def case_services_depend_on_services(size: int) -> str:
    many = (
        define(
            "servicedependency", "hostgroup_name crowd", "service_description *",
            "dependent_hostgroup_name crowd", "dependent_service_description *",
        )
        for _ in count()
    )  # fmt: skip
    return BASE + crowd(size) + service("*", "s") + service("*", "t") + until(size, many)


@case
def case_dependencies_in_directives(size: int) -> str:
    named = until(size, (f"h-{n % 100 + 1},s," for n in count())).rstrip(",")
    return BASE + crowd(size) + service("*", "s", f"service_dependencies {named}")


@case
def case_dependencies_that_name_nothing(size: int) -> str:
    many = (
        define("servicedependency", "host_name *", f"service_description x{n}", f"dependent_service_description y{n}")
        for n in count()
    )
    return BASE + crowd(size) + service("*", "s") + until(size, many)


@case
def case_loops_of_dependencies(size: int) -> str:
    most = size // 80
    return BASE + "".join(host(f"h{n}", f"parents h{(n + 1) % most},h{n * 3 % most}") for n in range(most))


@case
def case_escalations_of_everything(size: int) -> str:
    many = (
        define("hostescalation", "host_name *", "contacts bob", f"first_notification {n}", "last_notification 0")
        for n in count()
    )
    return BASE + crowd(size) + until(size, many)


@case
def case_escalations_of_all_services(size: int) -> str:
    many = (
        define(
            "serviceescalation", "host_name *", "service_description *", "contacts bob",
            f"first_notification {n}", "last_notification 0",
        )
        for n in count()
    )  # fmt: skip
    return BASE + crowd(size) + service("*", "s") + until(size, many)


@case
def case_realms_in_realms(size: int) -> str:
    def realms() -> Iterator[str]:
        for number in count():
            below = ",".join(f"r{each}" for each in range(max(0, number - 40), number))
            yield define("realm", f"realm_name r{number}", f"realm_members {below}")

    return BASE + until(size, realms()) + host("h")


@case
def case_realms_in_loops(size: int) -> str:
    most = size // 70
    return BASE + "".join(
        define("realm", f"realm_name r{n}", f"realm_members r{(n + 1) % most}", f"higher_realms r{n * 5 % most}")
        for n in range(most)
    )


@case
def case_people_in_many_groups(size: int) -> str:
    groups = (define("contactgroup", f"contactgroup_name g{n}", "members *") for n in count())
    people = (define("contact", f"contact_name c{n}", "host_notification_commands check") for n in count())
    return BASE + until(size // 2, people) + until(size // 2, groups)


@case
def case_ways_for_many(size: int) -> str:
    ways = (
        define(
            "notificationway",
            f"notificationway_name w{n}",
            "host_notification_commands check",
            "service_notification_commands check",
        )
        for n in count()
    )
    listed = "".join(f"w{n}," for n in range(size // 500))
    people = (define("contact", "use long", f"contact_name c{n}") for n in count())
    long = define("contact", "name long", "register 0", f"notificationways {listed}")
    return BASE + long + until(size // 2, ways) + until(size // 3, people)


@case
def case_modulations_for_many(size: int) -> str:
    listed = until(size // 3, words("m"))
    some = "".join(
        define("resultmodulation", f"resultmodulation_name m{n}", "exit_codes_match 1", "exit_code_modulation 0")
        for n in range(size // 300)
    )
    return (
        BASE
        + some
        + define("host", "name long", "register 0", "use generic-host", f"resultmodulations {listed}")
        + until(size // 3, (define("host", "use long", f"host_name h{n}", f"check_interval {n}") for n in count()))
    )


@case
def case_a_deep_rule(size: int) -> str:
    return BASE + crowd(size) + service("h-1", "s", f"check_command bp_rule!{'(' * (size // 2)}h-2{')' * (size // 2)}")


@case
def case_a_rule_of_negations(size: int) -> str:
    return BASE + crowd(size) + service("h-1", "s", f"check_command bp_rule!{'!' * size}h-2")


@case
def case_a_wide_rule(size: int) -> str:
    return BASE + crowd(size) + service("h-1", "s", f"check_command bp_rule!{'&'.join(['h-2'] * (size // 4))}")


@case
def case_rules_of_everything(size: int) -> str:
    rules = (service("h-1", f"s{n}", f"check_command bp_rule!{n}00000 of: *&h-*|(*,*)|g:crowd") for n in count())
    return BASE + crowd(size) + until(size, rules)


@case
def case_rules_of_all_services(size: int) -> str:
    rules = (service("h-1", f"r{n}", "check_command bp_rule!-99999% of: *,*") for n in count())
    return BASE + crowd(size) + service("*", "s") + until(size, rules)


@case
def case_rules_for_everybody(size: int) -> str:
    leaves = "&".join(f"h-{n % 99 + 2}" for n in range(size // 7))
    return BASE + crowd(size) + service("*", "r", f"check_command bp_rule!{leaves}")


@case
def case_half_a_rule_many_times(size: int) -> str:
    return BASE + crowd(size) + service("h-1", "s", f"check_command bp_rule!{'((h-2&h-3)|(' * (size // 12)}")


@case
def case_rules_full_of_macros(size: int) -> str:
    value = "&".join(["h-2"] * (size // 8))
    rules = (service("h-1", f"s{n}", "check_command bp_rule!$BOMB$") for n in count())
    return BASE + f"$BOMB$={value}\n" + crowd(size) + until(size // 2, rules)


@case
def case_rules_that_need_each_other(size: int) -> str:
    most = size // 120
    return (
        BASE
        + crowd(size)
        + "".join(
            service("h-1", f"r{n}", f"check_command bp_rule!h-1,r{(n + 1) % most}&h-1,r{n * 3 % most}")
            for n in range(most)
        )
    )


@case
def case_periods_without_all_before_them(size: int) -> str:
    most = max(int((size / 3) ** 0.5), 2)
    return BASE + "".join(
        define(
            "timeperiod",
            f"timeperiod_name p{n}",
            "monday   00:00-24:00",
            "exclude " + ",".join(f"p{each}" for each in range(n)),
        )
        for n in range(most)
    )


@case
def case_periods_in_loops(size: int) -> str:
    most = size // 70
    return BASE + "".join(
        define("timeperiod", f"timeperiod_name p{n}", f"exclude p{(n + 1) % most},p{n * 3 % most}") for n in range(most)
    )


@case
def case_a_period_of_many_times(size: int) -> str:
    times = ",".join(f"{n // 60 % 24:02}:{n % 60:02}-24:00" for n in range(size // 12))
    return BASE + define("timeperiod", "timeperiod_name p", f"monday   {times}")


@case
def case_a_period_of_many_entries(size: int) -> str:
    entries = until(size, (f"{1900 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}   00:00-24:00\n" for n in count()))
    return BASE + define("timeperiod", "timeperiod_name p", entries)


@case
def case_entries_that_are_none(size: int) -> str:
    return BASE + define(
        "timeperiod", "timeperiod_name p", until(size, (f"monday {n} - - 00:00 - 0:0 - x\n" for n in count()))
    )
