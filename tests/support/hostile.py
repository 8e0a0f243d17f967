"""Configurations meant to hurt: small texts that would stand for very much, and a process to read them in.

Each case is a function from a size in bytes to a tree of files of about that size. To see what reading them takes::

    python -m tests.support.hostile <size> <seconds> [<case> ...]
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple, TypeAlias

from alignak.base.errors import ConfigurationError
from alignak.config.compile import load
from alignak.config.diagnostics import Severity
from alignak.config.environment import read_environment
from tests.support.configurations import BASE, INI, MemoryFiles

Tree: TypeAlias = "Mapping[str, str | bytes]"
Case: TypeAlias = "Callable[[int], str | bytes | Tree]"

MEGABYTE: Final = 1_000_000
ADDRESS_SPACE: Final = 3_000 * MEGABYTE
"""What a reading process may take before it fails; tests ask for far less."""

CASES: Final[dict[str, Case]] = {}
ROOT: Final = Path(__file__).parents[2]


class Cost(NamedTuple):
    """What reading took."""

    seconds: float
    """Of processor time."""
    megabytes: float
    """More than before it."""
    error_count: int
    warning_count: int
    object_count: int
    """Hosts and services of a configuration that was accepted."""
    errors: list[str]
    """The first of them."""
    failure: str = ""
    """The exception, or the limit, that ended it."""


def case(make: Case) -> Case:
    """Add a case under the name of its function, the first word of which is ``case``."""
    CASES[make.__name__.removeprefix("case_").replace("_", " ")] = make
    return make


def tree(name: str, size: int) -> Tree:
    """Return the files of a case."""
    made = CASES[name](size)
    return made if isinstance(made, Mapping) else {"alignak.ini": INI, "main.cfg": made}


def read(name: str, size: int) -> Cost:
    """Read a case here and return what it took."""
    files = MemoryFiles({f"/etc/a/{path}": text for path, text in tree(name, size).items()})
    before, begun = _memory("VmRSS"), process_time()
    errors: list[str] = []
    error_count = warning_count = object_count = 0
    try:
        loaded = load(read_environment("/etc/a/alignak.ini", files), files)
    except ConfigurationError as error:
        errors, error_count = [str(error)], 1
    else:
        errors = [each.render() for each in loaded.diagnostics if each.severity is Severity.ERROR]
        error_count, warning_count = loaded.error_count, loaded.warning_count
        object_count = sum(loaded.created.get(kind, 0) for kind in ("host", "service"))
    took = process_time() - begun
    return Cost(took, _memory("VmHWM") - before, error_count, warning_count, object_count, [_short(each) for each in errors[:3]])


def measured(names: Iterable[str], size: int, deadline: int) -> dict[str, Cost]:
    """Read cases, each in a process of its own, and return what they took, or what ended them."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.hostile", str(size), str(deadline), *names],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    return {name: Cost(*cost) for name, cost in map(json.loads, done.stdout.splitlines())}


def _forked(name: str, size: int, deadline: int) -> Cost:
    """Read a case in a copy of this process that has limits."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (deadline, deadline))
        try:
            cost = read(name, size)
        except BaseException as error:  # whatever it is, it is what the test is about
            cost = _failed(repr(error))
        os.write(writing, json.dumps(cost).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return Cost(*json.loads(answer)) if answer else _failed(f"not read after {deadline} seconds")


def _failed(why: str) -> Cost:
    return Cost(0, 0, 0, 0, 0, [], _short(why))


def _memory(key: str) -> float:
    found = re.search(rf"{key}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found.group(1)) * 1024 / MEGABYTE


def _short(text: str) -> str:
    return text[:300]


def until(size: int, pieces: Iterable[str]) -> str:
    """Return pieces until they have a size."""
    taken: list[str] = []
    for each in pieces:
        if size <= 0:
            break
        taken.append(each)
        size -= len(each.encode(errors="surrogatepass"))
    return "".join(taken)


def define(kind: str, *lines: str) -> str:
    """Return a definition."""
    return f"define {kind}{{\n" + "\n".join(lines) + "\n}\n"


def host(name: str, *lines: str) -> str:
    """Return a host."""
    return define("host", "use generic-host", f"host_name {name}", *lines)


def service(hosts: str, name: str, *lines: str) -> str:
    """Return a service."""
    return define("service", "use generic-service", f"host_name {hosts}", f"service_description {name}", *lines)


def words(prefix: str, separator: str = ",") -> Iterator[str]:
    """Yield names without end, each with a separator behind it."""
    return (f"{prefix}{number}{separator}" for number in count())


def crowd(size: int, *lines: str) -> str:
    """Return many hosts in few bytes: five thousand for a large text, fewer for a small one."""
    return host(f"h-[1-{max(100, min(size // 200, 5000))}]", "hostgroups crowd", *lines)


# Templates


@case
def case_a_chain_of_templates(size: int) -> str:
    return until(size, (f"define host{{\nname t{n + 1}\nregister 0\nuse t{n}\n_X{n} x\n}}\n" for n in count())) + BASE


@case
def case_templates_that_use_all_before_them(size: int) -> str:
    most = max(int((size / 4) ** 0.5), 2)
    return BASE + "".join(
        define("host", f"name t{n}", "register 0", "use " + ",".join(f"t{each}" for each in range(n)) + ",generic-host", f"_X{n} 1")
        for n in range(most)
    ) + host("h", f"use t{most - 1}")


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


# Groups


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
        define("hostgroup", f"hostgroup_name g{n}", f"hostgroup_members g{(n + 1) % most},g{n * 7 % most}") for n in range(most)
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


# Expressions


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
    hosts = (define("service", "register 0", f"name s{n}", "service_description s", f"host_name generic-host&!x{n}&y") for n in count())
    return BASE + crowd(size) + until(size, hosts)


@case
def case_many_negations(size: int) -> str:
    return BASE + crowd(size) + service("*," + until(size, words("!h-")), "s")


# Names


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
    return BASE + host("h-[1-5000]", f"_K {keys}") + service("*", "s", "duplicate_foreach _K")


@case
def case_keys_that_close_nothing(size: int) -> str:
    return BASE + host("h", f"_K {'k$(' * (size // 3)}") + service("h", "s $KEY$", "duplicate_foreach _K")


@case
def case_keys_that_are_put_in_often(size: int) -> str:
    keys = until(size // 2, (f"k{n}$({'v' * 100})$," for n in count()))
    return BASE + host("h", f"_K {keys}") + service("h", "s $KEY$", "duplicate_foreach _K", f"check_command check!{'$VALUE$' * (size // 14)}")


# Regular expressions

_CATASTROPHES: Final = (
    "(h+)+$", "(h|hh)*x+", "(.*)*x", "(.*.*.*.*.*.*)x+", "(h?){30}h{30}", "((h{1,99}){1,99}){1,99}", "(?=(h+))*x",
    "h.*h.*h.*h.*x", "(?P<a>h)(?P=a)*x", "(h-|h-[0-9])*x", "[^x]*[^y]*[^z]*[^w]*[^v]*!", "(a+b?)*c", "(?:(?:h-?)+)+$",
    "h{0,999999}", "(h{0,9999}){0,9999}", "\\.*" * 50, "(" * 400 + ")" * 400, "[" * 100, "(?i)" * 50, "x" * 9999,
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


# Services


@case
def case_services_on_everything(size: int) -> str:
    return BASE + crowd(size) + until(size, (service("*", f"s{n}") for n in count()))


@case
def case_services_on_expressions(size: int) -> str:
    return BASE + crowd(size) + until(size, (service("", f"s{n}", "hostgroup_name crowd") for n in count()))


@case
def case_a_list_of_hosts_for_many_services(size: int) -> str:
    hosts = "h-[1-2000]"
    long = define("service", "name long", "register 0", "use generic-service", "host_name " + until(size // 2, words("h-")))
    many = (define("service", "use long", f"service_description s{n}") for n in count())
    return BASE + host(hosts) + long + until(size // 2, many)


@case
def case_a_crowd_that_refuses_much(size: int) -> str:
    refused = until(size // 2, words("s"))
    return (
        BASE
        + host("h-[1-2000]", "hostgroups crowd", f"service_excludes {refused}")
        + until(size // 2, (service("", f"t{n}", "hostgroup_name crowd") for n in count()))
    )


@case
def case_overrides_of_many_services(size: int) -> str:
    lines = until(size, (f"service_overrides s{n},check_interval {n}\n" for n in count()))
    return BASE + define("host", "use generic-host", "host_name h-[1-2000]", lines) + service("*", "s1")


@case
def case_overrides_of_one_service_everywhere(size: int) -> str:
    hosts = (host(f"h{n}", f"service_overrides s,_A {n}") for n in count())
    return BASE + until(size, hosts) + service("*", "s", *(f"_B{n} x" for n in range(200)))


@case
def case_a_policy_for_each_pair(size: int) -> str:
    people = "".join(
        define("contact", f"contact_name c{n}", "host_notification_commands check", "service_notification_commands check")
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


# Relations


@case
def case_everything_depends_on_everything(size: int) -> str:
    many = (
        define("hostdependency", "host_name *", "dependent_host_name *", f"inherits_parent {n % 2}", "notification_failure_criteria d")
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
    named = until(size, (f"h-{n % 5000 + 1},s," for n in count())).rstrip(",")
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
        define("realm", f"realm_name r{n}", f"realm_members r{(n + 1) % most}", f"higher_realms r{n * 5 % most}") for n in range(most)
    )


@case
def case_people_in_many_groups(size: int) -> str:
    groups = (define("contactgroup", f"contactgroup_name g{n}", "members *") for n in count())
    people = (define("contact", f"contact_name c{n}", "host_notification_commands check") for n in count())
    return BASE + until(size // 2, people) + until(size // 2, groups)


@case
def case_ways_for_many(size: int) -> str:
    ways = (
        define("notificationway", f"notificationway_name w{n}", "host_notification_commands check", "service_notification_commands check")
        for n in count()
    )
    listed = "".join(f"w{n}," for n in range(size // 500))
    people = (define("contact", "use long", f"contact_name c{n}") for n in count())
    long = define("contact", "name long", "register 0", f"notificationways {listed}")
    return BASE + long + until(size // 2, ways) + until(size // 3, people)


@case
def case_modulations_for_many(size: int) -> str:
    listed = until(size // 3, words("m"))
    some = "".join(define("resultmodulation", f"resultmodulation_name m{n}", "exit_codes_match 1", "exit_code_modulation 0") for n in range(size // 300))
    return BASE + some + define("host", "name long", "register 0", "use generic-host", f"resultmodulations {listed}") + until(size // 3, (define("host", "use long", f"host_name h{n}", f"check_interval {n}") for n in count()))


# Business rules


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
    leaves = "&".join(f"h-{n % 4999 + 2}" for n in range(size // 7))
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
    return BASE + crowd(size) + "".join(
        service("h-1", f"r{n}", f"check_command bp_rule!h-1,r{(n + 1) % most}&h-1,r{n * 3 % most}") for n in range(most)
    )


# Time periods


@case
def case_periods_without_all_before_them(size: int) -> str:
    most = max(int((size / 3) ** 0.5), 2)
    return BASE + "".join(
        define("timeperiod", f"timeperiod_name p{n}", "monday   00:00-24:00", "exclude " + ",".join(f"p{each}" for each in range(n)))
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
    return BASE + define("timeperiod", "timeperiod_name p", until(size, (f"monday {n} - - 00:00 - 0:0 - x\n" for n in count())))


# Text


@case
def case_one_long_line(size: int) -> str:
    return BASE + "x" * size


@case
def case_one_long_value(size: int) -> str:
    return BASE + host("h", f"notes {'x ' * (size // 2)}")


@case
def case_one_long_name(size: int) -> str:
    return BASE + host("h" * size) + host("i", f"parents {'p' * size}")


@case
def case_many_tiny_lines(size: int) -> str:
    return BASE + "x\n" * (size // 2)


@case
def case_many_empty_lines(size: int) -> str:
    return BASE + "\n" * size


@case
def case_many_tiny_lines_in_a_definition(size: int) -> str:
    return BASE + define("host", "host_name h", *("x" for _ in range(size // 2)))


@case
def case_many_keys(size: int) -> str:
    return BASE + host("h", until(size, (f"k{n} 1\n" for n in count())))


@case
def case_many_custom_variables(size: int) -> str:
    return BASE + host("h-[1-2000]", until(size, (f"_{n} 1\n" for n in count()))) + service("*", "s")


@case
def case_definitions_that_are_not_closed(size: int) -> str:
    return BASE + "define host{\n" * (size // 13)


@case
def case_unknown_types(size: int) -> str:
    return BASE + until(size, (f"define x{n}{{}}\n" for n in count()))


@case
def case_the_same_host_again(size: int) -> str:
    return BASE + until(size, (host("h") for _ in count()))


@case
def case_a_continued_line(size: int) -> str:
    return BASE + "define host{\nhost_name h\nnotes " + "x\\\n" * (size // 3) + "\n}\n"


@case
def case_semicolons(size: int) -> str:
    return BASE + "a\\;" * (size // 3) + "\n" + ";" * size + "\n" + host("h", "notes " + "\\;" * (size // 2))


@case
def case_braces(size: int) -> str:
    return BASE + "define host{" + "{" * size + "\n" + "}" * size


@case
def case_blanks(size: int) -> str:
    return BASE + "define" + " \t" * (size // 2) + "host{\nhost_name" + " \t" * (size // 2) + "h\n}\n"


@case
def case_returns_as_ends_of_lines(size: int) -> bytes:
    return (BASE + until(size, (host(f"h{n}") for n in count()))).replace("\n", "\r").encode()


@case
def case_zero_bytes(size: int) -> bytes:
    return BASE.encode() + b"define host{\nhost_name \0h\nnotes " + b"\0" * size + b"\n}\n" + b"\0\n" * (size // 2)


@case
def case_bytes_that_are_no_text(size: int) -> bytes:
    return BASE.encode() + b"\xff\xfe\n" * (size // 3) + b"define host{\nhost_name h\xc3\n}\n"


@case
def case_a_mark_of_byte_order_on_each_line(size: int) -> bytes:
    return b"\xef\xbb\xbf" + BASE.encode() + b"\xef\xbb\xbf\n" * (size // 4)


@case
def case_wide_text(size: int) -> str:
    return "\ufeff" + BASE.replace("\n", "\r\n") + "\U0001f600\u0301\n" * (size // 7) + host("\U0001f600" * (size // 8))


@case
def case_enormous_numbers(size: int) -> str:
    each = ["9" * (size // 8), "1e400", "-1e400", "nan", "inf", "-inf", "0x" + "f" * 99, "1_0", "\u0661", f"1.{'0' * (size // 8)}1"]
    lines = (host(f"h{n}", f"check_interval {text}", f"max_check_attempts {text}") for n, text in enumerate(each))
    ranges = host("h[" + "1" * (size // 8) + "-" + "9" * (size // 8) + "]")
    periods = define("timeperiod", "timeperiod_name p", f"day {'9' * (size // 8)}   00:00-24:00", f"day 1 - 2 / {'9' * (size // 8)}   00:00-24:00")
    rules = service("h0", "r", f"check_command bp_rule!{'9' * (size // 8)} of: h0|h1")
    return BASE + "".join(lines) + ranges + periods + rules + f"interval_length={'9' * (size // 8)}\n"


@case
def case_errors_everywhere(size: int) -> str:
    return BASE + crowd(size) + until(size, (service(f"nobody{n}", f"s{n}", f"contacts c{n}", f"check_command x{n}") for n in count()))


@case
def case_one_error_for_a_crowd(size: int) -> str:
    lists = until(size, words("nobody"))
    return BASE + host("h-[1-5000]", f"contacts {lists}", f"parents {lists[: size // 3]}") + service("*", "s", "check_command x")


@case
def case_macros_and_parameters(size: int) -> str:
    return until(size // 2, (f"$A{n}$=$A{n - 1}$$A{n - 1}$\n" for n in count())) + until(size // 2, (f"k{n}=v\n" for n in count())) + BASE


# The environment file and the tree


@case
def case_interpolations_that_multiply(size: int) -> Tree:
    levels = "".join(f"a{n}={f'%(a{n - 1})s' * 60 if n else 'x' * 60}\n" for n in range(10))
    return {"alignak.ini": INI.replace("cfg=main.cfg", f"cfg=main.cfg\n{levels}"), "main.cfg": BASE}


@case
def case_interpolations_of_a_long_value(size: int) -> Tree:
    long = f"long={'x' * (size // 2)}\n" + until(size // 2, (f"a{n}=%(long)s\n" for n in count()))
    return {"alignak.ini": INI.replace("cfg=main.cfg", f"cfg=main.cfg\n{long}"), "main.cfg": BASE}


@case
def case_many_sections_with_many_defaults(size: int) -> Tree:
    defaults = until(size // 2, (f"a{n}=1\n" for n in count()))
    sections = until(size // 2, (f"[pack.p{n}]\n" for n in count()))
    return {"alignak.ini": f"[DEFAULT]\n{defaults}{INI}{sections}", "main.cfg": BASE}


@case
def case_many_daemons(size: int) -> Tree:
    return {"alignak.ini": INI + until(size, (f"[daemon.s{n}]\ntype=scheduler\nname=s{n}\n" for n in count())), "main.cfg": BASE + crowd(size)}


@case
def case_many_modules(size: int) -> Tree:
    some = until(min(size // 2, 90_000), (f"[module.m{n}]\nname=m{n}\npython_name=x\nmodules=m{n + 1}\n" for n in count()))
    listed = until(size // 2, words("m"))
    return {"alignak.ini": INI.replace("type=broker", f"type=broker\nmodules={listed}") + some, "main.cfg": BASE}


@case
def case_files_named_many_times(size: int) -> Tree:
    return {"alignak.ini": INI, "main.cfg": BASE + until(size, (f"cfg_file={'./' * (n % 9)}main.cfg\n" for n in count()))}


@case
def case_files_that_do_not_exist(size: int) -> Tree:
    return {"alignak.ini": INI, "main.cfg": BASE + until(size, (f"cfg_file=x{n}.cfg\ncfg_dir=y{n}\n" for n in count()))}


@case
def case_many_files(size: int) -> Tree:
    found: dict[str, str | bytes] = {"alignak.ini": INI, "main.cfg": BASE + "cfg_dir=d\n" * 50}
    found |= {f"d/{n}.cfg": host(f"h{n}") + "cfg_dir=/\n" for n in range(size // 100)}
    return found


def main() -> None:
    """Read the cases named on the command line, or all, and print a line for each: its name and what it took."""
    size, deadline, *names = sys.argv[1:]
    for name in names or CASES:
        print(json.dumps([name, _forked(name, int(size), int(deadline))]), flush=True)


if __name__ == "__main__":
    main()
