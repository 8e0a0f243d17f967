"""Whatever the text, a configuration or diagnostics: never another exception, and never a long wait."""

from __future__ import annotations

from contextlib import suppress
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.base import codec
from alignak.base.errors import ConfigurationError
from alignak.config.compile import load
from alignak.config.diagnostics import Diagnostics, TooManyErrors
from alignak.config.environment import read_environment
from alignak.config.parser import parse
from alignak.config.tables import OBJECT_TYPES
from alignak.dispatch.planner import plan
from alignak.model.rules import leaves
from alignak.model.snapshot import CompiledConfig
from tests.support.configurations import BASE, INI, MemoryFiles, loaded
from tests.support.installations import unpacked

DIRECTIVES = sorted({name for each in OBJECT_TYPES.values() for name in each.directives})
NAMES = ["a", "b", "c", "generic-host", "generic-service", "check", "bob", "All"]
WORDS = [
    *NAMES,
    "*",
    "!a",
    "a,b",
    "+a",
    "null",
    "0",
    "1",
    "-5",
    "1e99",
    "nan",
    "check!x",
    "(a|b)&c",
    "((",
    "a-[1-3]",
    "x-[1-99999999]",
    "monday",
    "00:00-24:00",
    "u,d",
    "$USER1$",
    "é",
    "bp_rule!a&(b|!a,c)",
    "bp_rule!2 of: g:a",
    "bp_rule!*,*",
    "r:a.*",
    "a.*",
    "[a-",
    "$_HOSTX$",
    "_X",
    "k$(v)$$(w)$",
    "k[1-3]$(v)$",
    "c $KEY$",
    "c,max_check_attempts 3",
    "e",
]

words = st.sampled_from(WORDS) | st.text(max_size=8)
keys = st.sampled_from(DIRECTIVES) | st.sampled_from(["_X", "monday", "day 1", "host_name", "use", "name"])
related = st.builds(
    "define {}{{\nhost_name {}\nservice_description {}\ndependent_host_name {}\n{}\n}}\n".format,
    st.sampled_from(["servicedependency", "hostdependency", "hostescalation", "serviceescalation", "service"]),
    words,
    words,
    words,
    st.lists(st.builds("{} {}".format, keys, words), max_size=6).map("\n".join),
)
lines = st.one_of(
    st.builds("{} {}".format, keys, st.lists(words, min_size=1, max_size=3).map(",".join)),
    st.text(max_size=20),
)
blocks = st.builds(
    "define {}{{\n{}\n}}\n".format,
    st.sampled_from(sorted(OBJECT_TYPES)),
    st.lists(lines, max_size=6).map("\n".join),
)
objects = st.builds(
    "define {}{{\n{} {}\n{}\n}}\n".format,
    st.sampled_from(sorted(OBJECT_TYPES)),
    st.sampled_from(sorted({each.key for each in OBJECT_TYPES.values() if each.key})),
    st.sampled_from(NAMES),
    st.lists(lines, max_size=6).map("\n".join),
)
switches = st.sampled_from(["use_regexp_matching=1\n", "use_true_regexp_matching=1\n"])
pieces = st.one_of(blocks, objects, related, switches, lines.map("{}\n".format))
texts = st.lists(pieces, max_size=8).map("".join)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_any_objects_are_a_configuration_or_diagnostics(text: str) -> None:
    result = loaded(BASE + text)
    if result.config is None:
        assert result.error_count
    else:
        assert codec.decode(codec.encode(result.config), CompiledConfig) == result.config
    for each in result.diagnostics:
        assert "\n" not in each.render()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000) | st.text(alphabet="define host{}\\\n\t ;#=$", max_size=2000).map(str.encode))
def test_any_bytes_are_an_object_file(raw: bytes) -> None:
    files = MemoryFiles({"/e/alignak.ini": "[alignak-configuration]\ncfg=m.cfg\n", "/e/m.cfg": raw})
    load(read_environment("/e/alignak.ini", files), files)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=500)
    | st.text(alphabet="[]=%()s\n \talign-k.$_;", max_size=300).map(str.encode)
    | texts.map("[alignak-configuration]\n{}".format).map(str.encode)
)
def test_any_bytes_are_an_environment_or_are_refused(raw: bytes) -> None:
    files = MemoryFiles({"/e/alignak.ini": raw})
    try:
        environment = read_environment("/e/alignak.ini", files)
    except ConfigurationError:
        return
    assert environment.exports()[-1].startswith("export ALIGNAK_VERSION=")
    load(environment, files)


@settings(max_examples=100, deadline=None)
@given(
    st.permutations([f"define host{{\nuse generic-host\nhost_name h{each}\nhostgroups g\n}}\n" for each in range(5)])
)
def test_the_order_of_definitions_changes_nothing(shuffled: list[str]) -> None:
    first = loaded(BASE + "".join(sorted(shuffled))).config
    second = loaded("".join(shuffled) + BASE).config
    assert first is not None
    assert second is not None
    assert first.hash == second.hash


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="define host{}\\\n\t ;#=x", min_size=1, max_size=40))
def test_repeating_a_text_costs_in_proportion(piece: str) -> None:
    begun = perf_counter()
    with suppress(TooManyErrors):
        parse(piece * (200_000 // len(piece)), "/f", Diagnostics())
    assert perf_counter() - begun < 5


NODES = [f"n{each}" for each in range(6)]
some_hosts = st.lists(st.sampled_from([*NODES, "*", "!n1", "n[2-3]+"]), min_size=1, max_size=3).map(",".join)
some_leaves = st.sampled_from([*NODES, "n0,S", "g:g1", "*,S", "r:n[34]", "!n5", "(n1|n2)", "1 of: n1 | n4,S"])
relating = st.one_of(
    st.builds("define hostdependency{{\nhost_name {}\ndependent_host_name {}\n}}\n".format, some_hosts, some_hosts),
    st.builds(
        "define servicedependency{{\nhost_name {}\nservice_description S\ndependent_host_name {}\n"
        "dependent_service_description T\n}}\n".format,
        some_hosts,
        some_hosts,
    ),
    st.builds(
        "define service{{\nuse generic-service\nhost_name {}\nservice_description R\n"
        "check_command bp_rule!{}\n}}\n".format,
        st.sampled_from(NODES),
        st.lists(some_leaves, min_size=1, max_size=3).map("&".join),
    ),
)
SITE = BASE + "".join(
    f"define host{{\nuse generic-host\nhost_name {name}\nhostgroups g{number % 2}\n}}\n"
    for number, name in enumerate(NODES)
)
SITE += "".join(
    f"define service{{\nuse generic-service\nhostgroup_name g0,g1\nservice_description {name}\n}}\n" for name in "ST"
)


@settings(max_examples=100, deadline=None)
@given(st.lists(relating, max_size=4).map("".join))
def test_a_part_has_everything_its_relations_name(text: str) -> None:
    more = "".join(f"[daemon.scheduler-{each}]\ntype=scheduler\nport=90{each}\n" for each in range(10, 13))
    result = loaded(SITE + "use_regexp_matching=1\n" + text, INI + more)
    if result.config is None:
        return
    found = plan(result.config)
    assert not found.problems
    counts = [0, 0]
    for part in map(unpacked, found.parts.values()):
        keys = {each.key for each in (*part.objects.hosts, *part.objects.services)}
        for dependency in part.objects.dependencies:
            assert {dependency.dependent, dependency.on} <= keys
        for rule in part.objects.rules:
            assert {rule.owner, *leaves(rule.tree)} <= keys
        counts = [counts[0] + len(part.objects.dependencies), counts[1] + len(part.objects.rules)]
    assert counts == [len(result.config.objects.dependencies), len(result.config.objects.rules)]
