"""The veil: no secret leaves the arbiter, and a changed one still shows."""

from __future__ import annotations

from alignak.base.codec import encode
from alignak.config.comparing import compare
from alignak.daemons.veils import unmarked, veiled
from tests.support.configurations import compiled
from tests.support.explained import MACROS, POOL, SITE

MORE = """
define contact{
    contact_name    eve
    password        contact-pass
    _API_KEY        contact-key
    host_notification_commands      mail
    service_notification_commands   mail
}
define macromodulation{
    macromodulation_name    louder
    _SNMPCOMMUNITY          modulated
}
define host{
    host_name       db-1
    use             base
    _SSHKEY         own-ssh-key
    password        no-directive
}
"""
SECRETS = (
    "s3cr3t-ro",
    "hunter2",
    "t0ps3cret",
    "contact-pass",
    "contact-key",
    "modulated",
    "own-ssh-key",
    "us3r-one",
    "module-pass",
    "no-directive",
)
MODULE = "[module.backend]\nname=backend\npython_name=x\npassword=module-pass\nurl=http://b/\n"
INI = POOL + MACROS + MODULE


def test_no_secret_is_left_anywhere() -> None:
    config = compiled(SITE + MORE, INI)
    assert all(each in encode(config).decode() for each in SECRETS)

    text = encode(veiled(config, "salt")).decode()

    assert [each for each in SECRETS if each in text] == []
    assert "http://b/" in text
    assert "/usr/lib/plugins" in text


def test_equal_secrets_compare_equal_and_changed_ones_do_not() -> None:
    old = veiled(compiled(SITE, INI), "salt")
    assert compare(old, veiled(compiled(SITE, INI), "salt")).is_equal

    new = veiled(compiled(SITE.replace("hunter2", "hunter3"), INI), "salt")
    changed = compare(old, new).changed

    assert {name for each in changed for name in each.names} == {"router", "web-1"}
    assert {(one.name, unmarked(one.old), unmarked(one.new)) for each in changed for one in each.changes} == {
        ("_PASSWORD", "***", "***")
    }


def test_the_mark_of_a_secret_depends_on_the_salt() -> None:
    config = compiled(SITE, INI)

    assert veiled(config, "one").macros["SNMPCOMMUNITY"] != veiled(config, "other").macros["SNMPCOMMUNITY"]


def test_what_is_not_secret_stays_the_very_same_record() -> None:
    config = compiled("define host{\n host_name h\n check_command _internal_host_up\n _SITE north\n}\n", POOL)

    assert veiled(config, "salt").objects.hosts[0] is config.objects.hosts[0]
