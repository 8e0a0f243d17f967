"""Run-time text is placed by what stands around it, and tamed where nothing could hold it."""

from __future__ import annotations

import pytest

from alignak.engine.shellwords import Placed, RunTimeText, mark, needs_shell, place, tame

VALUE = "it's; $(here)"
TAME = "its;_(here)".replace(";", "_").replace("(", "_").replace(")", "_")


def placed(line: str, *, shell: bool = True, value: str = VALUE) -> Placed:
    return place(line.replace("@", mark(0)), [RunTimeText("SERVICEOUTPUT", value)], shell=shell)


@pytest.mark.parametrize(
    ("line", "script"),
    [
        ("echo @", 'echo "${ALIGNAK_TEXT_0}"'),
        ('echo "a @ b"', 'echo "a ${ALIGNAK_TEXT_0} b"'),
        ("echo 'a @ b'", "echo 'a '\"${ALIGNAK_TEXT_0}\"' b'"),
        ('echo "$(echo -n "@")"', 'echo "$(echo -n "${ALIGNAK_TEXT_0}")"'),
        ("X=$(echo @); echo $X", 'X=$(echo "${ALIGNAK_TEXT_0}"); echo $X'),
        ("echo \\@ $@", 'echo "${ALIGNAK_TEXT_0}" \\$"${ALIGNAK_TEXT_0}"'),
        ("sh -c 'echo @ | cat'", "sh -c 'echo \"${ALIGNAK_TEXT_0}\" | cat'"),
        ("echo hi # @", "echo hi # "),
    ],
)
def test_a_script_names_a_variable_as_the_quotes_around_it_demand(line: str, script: str) -> None:
    found = placed(line)
    assert found.argv == (script,)
    assert found.environment == ({"ALIGNAK_TEXT_0": VALUE} if "TEXT" in script else {})


@pytest.mark.parametrize(
    "line",
    [
        "echo `cat @`",
        "echo $(cat @)",
        'echo "`cat @`"',
        "echo ${X:-@}",
        "cat <<END\n x @\nEND",
        "echo $'@'",
        "echo @ | sh",
        "echo @ | sudo /bin/bash -s",
        "echo @ | ssh host",
        "echo @ | xargs notify",
        "bash <<< @",
        "eval echo $X @",
        'sh -c "echo $X @"',
        "perl -e 'print q(@)'",
        "python3 -c @",
        "ssh host echo @",
        "su - nagios -c 'echo @'",
        "awk '/@/'",
        "find / -name @",
        "check_by_ssh -C 'echo @'",
        "echo hi > @",
        "echo hi 2>>/var/log/@",
        'echo "$(case x in x) echo @;; esac)"',
        'X=@; eval "echo $X"',
        "$SHELL -c @",
        "sudo sh @",
        "sudo -u nagios sh -c 'echo @'",
        ". @",
    ],
)
def test_where_text_may_be_evaluated_a_tame_form_stands(line: str) -> None:
    found = placed(line)
    assert set(found.environment) <= {"ALIGNAK_TAME_0"}, found
    assert set(found.environment.values()) <= {TAME}


@pytest.mark.parametrize("line", ["echo $((@ + 1))", "echo $[@]", "let x=@", "[[ @ -eq 1 ]]"])
def test_an_expression_gets_a_number(line: str) -> None:
    assert placed(line).environment == {"ALIGNAK_NUMBER_0": "0"}
    assert placed(line, value=" 042 ").environment == {"ALIGNAK_NUMBER_0": "42"}


@pytest.mark.parametrize(
    "line",
    [
        "@",
        "/usr/bin/@",
        "true; @",
        "true | @ x",
        "if @; then x; fi",
        "sudo -u root @",
        "timeout 5 @",
        "env X=1 @",
        "! @",
    ],
)
def test_a_command_is_never_named_by_a_value(line: str) -> None:
    found = placed(line)
    assert found.environment == {}
    assert "$SERVICEOUTPUT$'" in found.argv[0]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("/bin/tell --text=@ x", f"--text={VALUE}"),
        ("sh -c 'echo @' x", 'echo "${ALIGNAK_TEXT_0}"'),
        ("perl -e 'print q(@)'", f"print q({TAME})"),
        ("/usr/bin/ssh host 'echo @'", f"echo {TAME}"),
    ],
)
def test_without_a_shell_a_value_goes_into_its_word(line: str, word: str) -> None:
    found = placed(line, shell=False)
    assert word in found.argv
    assert not found.shell


def test_a_value_that_looks_like_an_option_is_none() -> None:
    assert placed("/bin/tell @", shell=False, value="-rf /").argv == ("/bin/tell", " -rf /")
    assert placed("/bin/tell -s @", shell=False, value="-rf /").argv == ("/bin/tell", "-s", " -rf /")
    assert placed("/bin/tell @; true", shell=True, value="-rf /").environment == {"ALIGNAK_WORD_0": " -rf /"}
    assert placed('/bin/tell ""@; true', shell=True, value="-rf /").environment == {"ALIGNAK_WORD_0": " -rf /"}


def test_a_value_is_passed_as_it_is_where_it_cannot_be_an_option() -> None:
    assert placed("/bin/tell -- @", shell=False, value="-rf /").argv == ("/bin/tell", "--", "-rf /")
    assert placed("printf %s @", shell=False, value="-5 C").argv == ("printf", "%s", "-5 C")
    assert placed("/bin/tell say:@", shell=False, value="-5 C").argv == ("/bin/tell", "say:-5 C")


def test_code_of_another_language_gets_a_tame_form() -> None:
    assert placed("python3 @", shell=False, value="-cimport os").argv == ("python3", "_cimport_os")


def test_further_illegal_characters_leave_unsafe_places_only() -> None:
    values = [RunTimeText("SERVICEOUTPUT", "a:b.c")]
    assert place(f"x {mark(0)}", values, shell=False, illegal=":.").argv == ("x", "a:b.c")
    assert place(f"awk {mark(0)}", values, shell=False, illegal=":.").argv == ("awk", "abc")


def test_what_asks_for_a_shell_is_what_always_did() -> None:
    assert all(needs_shell(each) for each in "!$^&*()~[]|{};<>?`")
    assert not needs_shell("/bin/check -w 5% 'a b' \"c\" -x a=b,c:d#e \\f @g")


def test_tame_keeps_what_people_read() -> None:
    assert tame("load: 0.5,0.4 température=21") == "load:_0.5,0.4_température=21"
    assert tame("-rf") == "_rf"


@pytest.mark.parametrize("open_", ["$(", "`", '"$(', "${", "$((", "'", '"', "(", "\\"])
def test_absurd_nesting_ends(open_: str) -> None:
    found = placed(f"echo {open_ * 3000} @")
    assert "\0" not in found.argv[0]
