"""Hostile templates, groups, expressions, names and services."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

from tests.support.configurations import BASE
from tests.support.hostile_pieces import case, crowd, define, host, service, until, words


@case
def case_a_chain_of_templates(size: int) -> str:
    return until(size, (f"define host{{\nname t{n + 1}\nregister 0\nuse t{n}\n_X{n} x\n}}\n" for n in count())) + BASE


@case
def case_templates_that_use_all_before_them(size: int) -> str:
    most = max(int((size / 4) ** 0.5), 2)
    return (
        BASE
        + "".join(
            define(
                "host",
                f"name t{n}",
                "register 0",
                "use " + ",".join(f"t{each}" for each in range(n)) + ",generic-host",
                f"_X{n} 1",
            )
            for n in range(most)
        )
        + host("h", f"use t{most - 1}")
    )


@case
def case_layers_of_ten_templates(size: int) -> str:
    def layers() -> Iterator[str]:
        for layer in count():
            use = ",".join(f"t{layer - 1}-{each}" for each in range(10)) if layer else "generic-host"
            for each in range(10):
                yield define("host", f"name t{layer}-{each}", "register 0", f"use {use}", f"_X{layer}-{each} 1")
            yield host(f"h{layer}", f"use t{layer}-0")

    return BASE + until(size, layers())


@case
def case_additions_that_double(size: int) -> str:
    def layers() -> Iterator[str]:
        for layer in count():
            use = f"a{layer - 1},b{layer - 1}" if layer else "generic-host"
            for each in "ab":
                yield define("host", f"name {each}{layer}", "register 0", f"use {use}", "contact_groups +team")
            yield define("host", f"use a{layer},b{layer}", f"host_name h{layer}", "contact_groups +team")

    return BASE + define("contactgroup", "contactgroup_name team", "members bob") + until(size, layers())


@case
def case_additions_of_custom_lists(size: int) -> str:
    def layers() -> Iterator[str]:
        for layer in count():
            use = ",".join(f"t{layer - 1}-{each}" for each in range(5)) if layer else "none"
            for each in range(5):
                yield define("contact", f"name t{layer}-{each}", "register 0", f"use {use}", "contactgroups +g")
            yield define("contact", f"use t{layer}-0,t{layer}-1", f"contact_name c{layer}", "contactgroups +g")

    return BASE + until(size, layers())


@case
def case_a_long_template_for_many(size: int) -> str:
    text = define("contact", "name long", "register 0", f"alias {'x' * (size // 2)}", "use generic-contact")
    return BASE + text + until(size // 2, (define("contact", "use long", f"contact_name c{n}") for n in count()))


@case
def case_a_long_list_of_parents_for_many(size: int) -> str:
    text = define("host", "name long", "register 0", "use generic-host", "parents " + until(size // 2, words("p")))
    return BASE + text + until(size // 2, (host(f"h{n}", "use long") for n in count()))


@case
def case_a_long_list_of_groups_for_many(size: int) -> str:
    text = define("host", "name long", "register 0", "use generic-host", "hostgroups " + until(size // 2, words("g")))
    return BASE + text + until(size // 2, (define("host", "use long", f"host_name h{n}") for n in count()))


@case
def case_a_long_list_of_groups_for_a_crowd(size: int) -> str:
    return BASE + crowd(size, "hostgroups " + until(size, words("g")))


@case
def case_a_long_list_of_service_groups_for_a_crowd(size: int) -> str:
    return BASE + crowd(size) + service("*", "s", "servicegroups " + until(size, words("g")))


@case
def case_a_long_list_of_contact_groups_for_many(size: int) -> str:
    text = define("contact", "name long", "register 0", "contactgroups " + until(size // 2, words("g")))
    return BASE + text + until(size // 2, (define("contact", "use long", f"contact_name c{n}") for n in count()))


@case
def case_templates_that_use_themselves(size: int) -> str:
    most = size // 50
    return BASE + "".join(define("host", f"name t{n}", "register 0", f"use t{(n + 1) % most}") for n in range(most))


@case
def case_groups_that_hold_all_before_them(size: int) -> str:
    def groups() -> Iterator[str]:
        for number in count():
            inner = ",".join(f"g{each}" for each in range(max(0, number - 50), number))
            yield define("hostgroup", f"hostgroup_name g{number}", f"hostgroup_members {inner}", "members *")

    return BASE + crowd(size) + until(size, groups())


@case
def case_groups_in_loops(size: int) -> str:
    most = size // 70
    return BASE + "".join(
        define("hostgroup", f"hostgroup_name g{n}", f"hostgroup_members g{(n + 1) % most},g{n * 7 % most}")
        for n in range(most)
    )


@case
def case_everybody_in_every_group(size: int) -> str:
    return BASE + crowd(size) + until(size, (define("hostgroup", f"hostgroup_name g{n}", "members *") for n in count()))


@case
def case_every_service_in_every_group(size: int) -> str:
    groups = (define("servicegroup", f"servicegroup_name g{n}", "members *,*") for n in count())
    return BASE + crowd(size) + service("*", "s") + until(size, groups)


@case
def case_members_by_patterns(size: int) -> str:
    groups = (define("hostgroup", f"hostgroup_name g{n}", f"members !h-{n},*,!h-1,h-.*{n}+") for n in count())
    return BASE + "use_regexp_matching=1\n" + crowd(size) + until(size, groups)


@case
def case_a_deep_expression(size: int) -> str:
    return BASE + crowd(size) + service("", "s", f"hostgroup_name {'(' * (size // 2)}crowd{')' * (size // 2)}")


@case
def case_a_wide_expression(size: int) -> str:
    return BASE + crowd(size) + service("", "s", f"hostgroup_name {'crowd|' * (size // 6)}crowd")


@case
def case_an_expression_of_everything(size: int) -> str:
    return BASE + crowd(size) + service("", "s", f"hostgroup_name {'!(*&crowd)|' * (size // 11)}crowd")


@case
def case_many_expressions(size: int) -> str:
    return BASE + crowd(size) + until(size, (service("", "s", f"hostgroup_name *&!crowd&x{n}") for n in count()))


@case
def case_many_expressions_over_templates(size: int) -> str:
    hosts = (
        define("service", "register 0", f"name s{n}", "service_description s", f"host_name generic-host&!x{n}&y")
        for n in count()
    )
    return BASE + crowd(size) + until(size, hosts)


@case
def case_many_negations(size: int) -> str:
    return BASE + crowd(size) + service("*," + until(size, words("!h-")), "s")


@case
def case_ranges_without_end(size: int) -> str:
    return BASE + until(size, (host(f"h{n}-[1-999999999]") for n in count()))


@case
def case_ranges_times_ranges(size: int) -> str:
    return BASE + until(size, (host(f"h{n}-" + "[1-99]" * 20) for n in count()))


@case
def case_ranges_up_to_the_limit(size: int) -> str:
    return BASE + until(size, (host(f"h{n}-[1-9999]") for n in count()))


@case
def case_a_name_of_ranges(size: int) -> str:
    return BASE + host("h" + "[1-1]" * (size // 5))


@case
def case_keys_times_keys(size: int) -> str:
    keys = until(size, (f"k{n}[1-9][1-9][1-9][1-9]$(v)$," for n in count()))
    return BASE + host("h", f"_K {keys}") + service("h", "s $KEY$", "duplicate_foreach _K")


@case
def case_keys_for_a_crowd(size: int) -> str:
    keys = until(size, (f"k{n}$(v)$," for n in count()))
    return BASE + crowd(size, f"_K {keys}") + service("*", "s", "duplicate_foreach _K")


@case
def case_keys_that_close_nothing(size: int) -> str:
    return BASE + host("h", f"_K {'k$(' * (size // 3)}") + service("h", "s $KEY$", "duplicate_foreach _K")


@case
def case_keys_that_are_put_in_often(size: int) -> str:
    keys = until(size // 2, (f"k{n}$({'v' * 100})$," for n in count()))
    return (
        BASE
        + host("h", f"_K {keys}")
        + service("h", "s $KEY$", "duplicate_foreach _K", f"check_command check!{'$VALUE$' * (size // 14)}")
    )


# Regular expressions

_CATASTROPHES: Final = (
    "(h+)+$", "(h|hh)*x+", "(.*)*x", "(.*.*.*.*.*.*)x+", "(h?){30}h{30}", "((h{1,99}){1,99}){1,99}", "(?=(h+))*x",
    "h.*h.*h.*h.*x", "(?P<a>h)(?P=a)*x", "(h-|h-[0-9])*x", "[^x]*[^y]*[^z]*[^w]*[^v]*!", "(a+b?)*c", "(?:(?:h-?)+)+$",
    "h{0,999999}", "(h{0,9999}){0,9999}", "\\.*" * 50, "(" * 400 + ")" * 400, "[" * 100, "(?i)" * 50, "x" * 9999,
    "h?" * 100 + "h" * 100, "(h|hh)" * 60 + "x", "h*h*h*h*x", "[h-]*[h-]*[h-]*!", ".*h.*h.*h.*h.*h.*h.*h.*x",
)  # fmt: skip


@case
def case_catastrophic_expressions(size: int) -> str:
    names = "".join(host("h" * length + "-") for length in (10, 30, 60, 100, 190, 400))
    bad = (service(f"{_CATASTROPHES[n % len(_CATASTROPHES)]}{n}.*", f"s{n}") for n in count())
    return BASE + "use_true_regexp_matching=1\n" + names + until(size, bad)


@case
def case_catastrophic_rules(size: int) -> str:
    names = "".join(host("h" * length + "-") for length in (10, 30, 60, 100, 190, 400))
    bad = (
        service("h" * 10 + "-", f"s{n}", f"check_command bp_rule!r:{_CATASTROPHES[n % len(_CATASTROPHES)]}")
        for n in count()
    )
    return BASE + names + until(size, bad)


@case
def case_many_regular_expressions(size: int) -> str:
    many = (service(f"h-.*{n}.*[0-9]+$", f"s{n}") for n in count(1_000_000))
    return BASE + "use_regexp_matching=1\n" + crowd(size) + until(size, many)


@case
def case_services_on_everything(size: int) -> str:
    return BASE + crowd(size) + until(size, (service("*", f"s{n}") for n in count()))


@case
def case_services_on_expressions(size: int) -> str:
    return BASE + crowd(size) + until(size, (service("", f"s{n}", "hostgroup_name crowd") for n in count()))


@case
def case_a_list_of_hosts_for_many_services(size: int) -> str:
    long = define(
        "service", "name long", "register 0", "use generic-service", "host_name " + until(size // 2, words("h-"))
    )
    many = (define("service", "use long", f"service_description s{n}") for n in count())
    return BASE + crowd(size) + long + until(size // 2, many)


@case
def case_a_crowd_that_refuses_much(size: int) -> str:
    refused = until(size // 2, words("s"))
    return (
        BASE
        + crowd(size, f"service_excludes {refused}")
        + until(size // 2, (service("", f"t{n}", "hostgroup_name crowd") for n in count()))
    )


@case
def case_overrides_of_many_services(size: int) -> str:
    lines = until(size, (f"service_overrides s{n},check_interval {n}\n" for n in count()))
    return BASE + crowd(size, lines) + service("*", "s1")


@case
def case_overrides_of_one_service_everywhere(size: int) -> str:
    hosts = (host(f"h{n}", f"service_overrides s,_A {n}") for n in count())
    return BASE + until(size, hosts) + service("*", "s", *(f"_B{n} x" for n in range(200)))


@case
def case_a_policy_for_each_pair(size: int) -> str:
    people = "".join(
        define(
            "contact", f"contact_name c{n}", "host_notification_commands check", "service_notification_commands check"
        )
        for n in range(200)
    )
    hosts = (host(f"h{n}", f"contacts c{n % 200}", f"notification_interval {n}") for n in count())
    services = (service("*", f"s{n}", f"retry_interval {n}") for n in count())
    return BASE + people + until(size // 2, hosts) + until(size // 2, services)


@case
def case_extended_information_for_everything(size: int) -> str:
    infos = (define("hostextinfo", "host_name *", f"notes n{n}", f"notes_url {n}") for n in count())
    more = (define("serviceextinfo", "host_name *", "service_description *", f"notes n{n}") for n in count())
    return BASE + crowd(size) + service("*", "s") + until(size // 2, infos) + until(size // 2, more)
