"""Where the files of a source go: the administrator finds them under the names they had."""

from __future__ import annotations

from alignak.config.foreign.naming import Names


def test_files_below_the_main_file_keep_their_relative_names() -> None:
    names = Names("/etc/nagios4")

    assert names.of("/etc/nagios4/objects/commands.cfg") == "objects/commands.cfg"
    assert names.of("/etc/nagios4") == "."


def test_files_from_elsewhere_keep_their_whole_path() -> None:
    names = Names("/etc/nagios4")

    assert names.of("/etc/nagios-plugins/config") == "elsewhere/etc/nagios-plugins/config"
    assert names.below("/etc/nagios-plugins/config", "/etc/nagios-plugins/config/a/ping.cfg") == (
        "elsewhere/etc/nagios-plugins/config/a/ping.cfg"
    )


def test_no_two_files_get_one_name_and_none_that_the_tree_needs_itself() -> None:
    names = Names("/etc/nagios4")

    assert names.of("/etc/nagios4/alignak.cfg") == "alignak-2.cfg"
    assert names.of("/etc/nagios4/elsewhere/x.cfg") == "elsewhere/x.cfg"
    assert names.of("/x.cfg") == "elsewhere/x-2.cfg"
    assert names.of("/x.cfg") == "elsewhere/x-2.cfg"
