"""Hostile text: lines, bytes and numbers, and environment files and trees."""

from __future__ import annotations

from itertools import count

from tests.support.configurations import BASE, INI
from tests.support.hostile_pieces import Tree, case, crowd, define, host, service, until, words


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
def case_many_keys_of_a_contact(size: int) -> str:
    return BASE + define("contact", "contact_name c", until(size, (f"_k{n} 1\n" for n in count())))


@case
def case_many_custom_variables(size: int) -> str:
    return BASE + crowd(size, until(size, (f"_{n} 1\n" for n in count()))) + service("*", "s")


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
    each = [
        "9" * (size // 8),
        "1e400",
        "-1e400",
        "nan",
        "inf",
        "-inf",
        "0x" + "f" * 99,
        "1_0",
        "\u0661",
        f"1.{'0' * (size // 8)}1",
    ]
    lines = (host(f"h{n}", f"check_interval {text}", f"max_check_attempts {text}") for n, text in enumerate(each))
    ranges = host("h[" + "1" * (size // 8) + "-" + "9" * (size // 8) + "]")
    periods = define(
        "timeperiod",
        "timeperiod_name p",
        f"day {'9' * (size // 8)}   00:00-24:00",
        f"day 1 - 2 / {'9' * (size // 8)}   00:00-24:00",
    )
    rules = service("h0", "r", f"check_command bp_rule!{'9' * (size // 8)} of: h0|h1")
    return BASE + "".join(lines) + ranges + periods + rules + f"interval_length={'9' * (size // 8)}\n"


@case
def case_errors_everywhere(size: int) -> str:
    return (
        BASE
        + crowd(size)
        + until(size, (service(f"nobody{n}", f"s{n}", f"contacts c{n}", f"check_command x{n}") for n in count()))
    )


@case
def case_one_error_for_a_crowd(size: int) -> str:
    lists = until(size, words("nobody"))
    return (
        BASE + crowd(size, f"contacts {lists}", f"parents {lists[: size // 3]}") + service("*", "s", "check_command x")
    )


@case
def case_macros_and_parameters(size: int) -> str:
    return (
        until(size // 2, (f"$A{n}$=$A{n - 1}$$A{n - 1}$\n" for n in count()))
        + until(size // 2, (f"k{n}=v\n" for n in count()))
        + BASE
    )


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
    return {
        "alignak.ini": INI + until(size, (f"[daemon.s{n}]\ntype=scheduler\nname=s{n}\n" for n in count())),
        "main.cfg": BASE + crowd(size),
    }


@case
def case_many_modules(size: int) -> Tree:
    some = until(
        min(size // 2, 90_000), (f"[module.m{n}]\nname=m{n}\npython_name=x\nmodules=m{n + 1}\n" for n in count())
    )
    listed = until(size // 2, words("m"))
    return {"alignak.ini": INI.replace("type=broker", f"type=broker\nmodules={listed}") + some, "main.cfg": BASE}


@case
def case_files_named_many_times(size: int) -> Tree:
    return {
        "alignak.ini": INI,
        "main.cfg": BASE + until(size, (f"cfg_file={'./' * (n % 9)}main.cfg\n" for n in count())),
    }


@case
def case_files_that_do_not_exist(size: int) -> Tree:
    return {"alignak.ini": INI, "main.cfg": BASE + until(size, (f"cfg_file=x{n}.cfg\ncfg_dir=y{n}\n" for n in count()))}


@case
def case_many_files(size: int) -> Tree:
    found: dict[str, str | bytes] = {"alignak.ini": INI, "main.cfg": BASE + "cfg_dir=d\n" * 50}
    found |= {f"d/{n}.cfg": host(f"h{n}") + "cfg_dir=/\n" for n in range(size // 100)}
    return found
