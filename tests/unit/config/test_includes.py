"""Which files a configuration consists of."""

from __future__ import annotations

from tests.support.configurations import BASE, compiled, errors, loaded, warnings

HOST = "define host{{\nuse generic-host\nhost_name {}\n}}\n"


def test_files_and_folders_are_taken_relative_to_the_first_main_file() -> None:
    config = compiled(
        BASE + "cfg_file=one.cfg\ncfg_dir=objects\nresource_file=resource.cfg\n",
        more={
            "one.cfg": HOST.format("one"),
            "objects/b/two.cfg": HOST.format("two"),
            "objects/notes.txt": "not read",
            "resource.cfg": "$USER1$=/usr/lib/plugins\n",
        },
    )
    assert [each.host_name for each in config.objects.hosts] == ["one", "two"]
    assert config.macros["USER1"] == "/usr/lib/plugins"


def test_missing_files_and_folders_are_errors_where_they_are_named() -> None:
    assert errors(loaded(BASE + "cfg_file=gone.cfg\ncfg_dir=nowhere\n")) == [
        "cannot open file '/etc/a/gone.cfg' for reading: No such file or directory; from: /etc/a/main.cfg:22",
        "cannot open directory '/etc/a/nowhere' for reading: No such directory; from: /etc/a/main.cfg:23",
    ]


def test_an_included_file_may_not_include_and_a_repeated_one_is_read_once() -> None:
    result = loaded(
        BASE + "cfg_file=one.cfg\ncfg_file=one.cfg\n",
        more={"one.cfg": HOST.format("one") + "cfg_file=two.cfg\n", "two.cfg": HOST.format("two")},
    )
    assert result.config is not None
    assert [each.host_name for each in result.config.objects.hosts] == ["one"]
    assert warnings(result) == [
        "cfg_file=two.cfg is ignored here: only main files may name others; from: /etc/a/one.cfg:5",
        "the file '/etc/a/one.cfg' is named more than once, it is read once; from: /etc/a/main.cfg:23",
    ]


def test_an_installation_that_names_no_object_file_is_refused() -> None:
    assert errors(loaded("", ini="[alignak-configuration]\nalignak_name=x\n"))[0].startswith("no object file is named")


def test_a_folder_may_stand_where_a_main_file_is_named() -> None:
    ini = "[alignak-configuration]\ncfg=objects\n"
    result = loaded("", ini=ini, more={"objects/a.cfg": BASE})
    assert result.files == ("/etc/a/objects/a.cfg",)
