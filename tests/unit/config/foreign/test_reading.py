"""Reading a source as its own program does: what counts, what is passed over, what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from alignak.config.foreign.findings import Finding, Findings, Weight
from alignak.config.foreign.reading import Kind, Source, find_main, read_source
from tests.support.configurations import MemoryFiles

HOST = "define host{\n host_name web\n}\n"


def read(files: Mapping[str, str | bytes], main: str = "/etc/nagios/nagios.cfg") -> tuple[Source, tuple[Finding, ...]]:
    """Return what a source says, and what there is to say of it."""
    findings = Findings()
    return read_source([main], MemoryFiles(files), findings), findings.all()


def test_relative_paths_count_from_the_folder_of_the_main_file() -> None:
    source, findings = read(
        {
            "/etc/nagios/nagios.cfg": "cfg_file=objects/a.cfg\ncfg_dir=../more\nresource_file=/run/r.cfg\n",
            "/etc/nagios/objects/a.cfg": HOST,
            "/etc/more/b.cfg": HOST,
            "/run/r.cfg": "$USER1$=/usr/lib\n",
        }
    )

    assert [(each.key, each.target) for each in source.includes] == [
        ("cfg_file", "objects/a.cfg"),
        ("cfg_dir", "elsewhere/etc/more"),
        ("resource_file", "elsewhere/run/r.cfg"),
    ]
    assert [each.path for each in source.files] == ["/etc/nagios/objects/a.cfg", "/etc/more/b.cfg", "/run/r.cfg"]
    assert findings == ()


def test_a_semicolon_in_a_main_file_of_nagios_is_a_character_like_others() -> None:
    source, _ = read({"/etc/nagios/nagios.cfg": "illegal_macro_output_chars=`;$\nlog_\\\nfile=x\n#a=1\n"})

    assert [(each.key, each.value, each.place.line) for each in source.parameters] == [
        ("illegal_macro_output_chars", "`;$", 1),
        ("log_file", "x", 2),
    ]


def test_comments_stay_with_the_line_below_them() -> None:
    source, _ = read(
        {"/etc/nagios/nagios.cfg": "# old\ninterval_length=60\n\n# Ours,\n\n# since 2012.\n\nlog_file=x\n"}
    )

    assert [each.comments for each in source.parameters] == [("# old",), ("# Ours,", "", "# since 2012.")]


def test_hidden_files_count_for_shinken_alone() -> None:
    tree = {"cfg_dir": "cfg_dir=conf.d\n"}
    files = {"/e/conf.d/.old.cfg": HOST, "/e/conf.d/.git/x.cfg": HOST, "/e/conf.d/a.cfg": HOST}

    nagios, _ = read({"/e/nagios.cfg": tree["cfg_dir"], **files}, "/e/nagios.cfg")
    shinken, _ = read({"/e/shinken.cfg": tree["cfg_dir"], **files}, "/e/shinken.cfg")

    assert (nagios.kind, len(nagios.files)) == (Kind.NAGIOS, 1)
    assert (shinken.kind, len(shinken.files)) == (Kind.SHINKEN, 3)


def test_files_included_by_main_and_by_object_files_are_followed_and_loops_end() -> None:
    source, findings = read(
        {
            "/e/naemon.cfg": "include_file=more.cfg\ninclude_dir=conf\ncfg_file=a.cfg\n",
            "/e/more.cfg": "interval_length=10\ninclude_file=naemon.cfg\n",
            "/e/conf/one.cfg": "cfg_file=c.cfg\n",
            "/e/c.cfg": HOST,
            "/e/a.cfg": HOST + "include_file=b.cfg\ninclude_dir=d\n",
            "/e/b.cfg": HOST + "include_file=a.cfg\n",
            "/e/d/d.cfg": HOST,
        },
        "/e/naemon.cfg",
    )

    assert source.kind is Kind.NAEMON
    assert [each.path for each in source.files] == ["/e/c.cfg", "/e/a.cfg", "/e/b.cfg", "/e/d/d.cfg"]
    assert {(each.key, each.target) for each in source.includes} >= {("cfg_file", "b.cfg"), ("cfg_dir", "d")}
    assert [each.key for each in source.parameters] == ["interval_length"]
    assert findings == ()


def test_what_is_missing_is_an_error_at_the_line_that_names_it() -> None:
    source, findings = read({"/e/nagios.cfg": "\ncfg_file=gone.cfg\ncfg_dir=nowhere\n"}, "/e/nagios.cfg")

    assert [(each.weight, each.file, each.line) for each in findings] == [
        (Weight.ERROR, "/e/nagios.cfg", 2),
        (Weight.ERROR, "/e/nagios.cfg", 3),
    ]
    assert "/e/gone.cfg" in findings[0].message
    assert "/e/nowhere" in findings[1].message
    assert len(source.includes) == 2  # the result says so as well, until the file is there


def test_latin_1_is_read_and_told_of() -> None:
    source, findings = read(
        {"/e/nagios.cfg": "cfg_file=a.cfg\n", "/e/a.cfg": "define host{\n alias Z\u00fcrich\n}\n".encode("latin-1")},
        "/e/nagios.cfg",
    )

    assert next(source.definitions).values == {"alias": "Z\u00fcrich"}
    assert [(each.weight, each.file) for each in findings] == [(Weight.CHANGED, "/e/a.cfg")]
    assert not source.files[0].is_utf8


def test_a_folder_stands_for_the_main_file_in_it() -> None:
    files = MemoryFiles({"/e/shinken.cfg": "", "/e/x/nagios.cfg": "", "/o/a.cfg": ""})

    assert find_main("/e", files) == "/e/shinken.cfg"
    assert find_main("/e/x/nagios.cfg", files) == "/e/x/nagios.cfg"
    assert find_main("/o", files) is None
    assert find_main("/none", files) is None
