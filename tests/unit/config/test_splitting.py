"""How the verify mode shows who would look after what."""

from __future__ import annotations

from alignak.config.splitting import ShownPart, Split, splitting
from tests.support.configurations import BASE, INI, compiled

REALMS = "define realm{\nrealm_name All\nrealm_members Lab\ndefault 1\n}\ndefine realm{\nrealm_name Lab\n}\n"
HOSTS = "".join(
    f"define host{{\nuse generic-host\nhost_name {name}\n{more}\n}}\n"
    for name, more in (("a", ""), ("b", "parents a"), ("c", "realm Lab"))
)


def test_realms_packs_and_parts_are_told_in_the_words_of_the_reference() -> None:
    config = compiled(BASE + REALMS + HOSTS + "config_name=Minimal\n", INI)
    split = Split((ShownPart("Config_1", "scheduler-master", "All", 3, 0),), {"All": 1, "Lab": 1})
    assert [text for _, text in splitting(config, split)] == [
        "Splitting configuration...",
        "Splitting the configuration into parts:",
        "  1 scheduler(s) for the realm All",
        "  1 scheduler(s) for the realm Lab",
        "Splitting the configuration into 1 parts...",
        "- creating hosts packs for the realms:",
        "  1 scheduler(s) for the realm All",
        "  2 hosts in the realm All, distributed in 1 linked packs",
        "  1 scheduler(s) for the realm Lab",
        "  1 hosts in the realm Lab, distributed in 1 linked packs",
        "  total number of hosts in all realms: 3",
        "Realms:",
        " - realm: <Realm All (0), 2 hosts, 1 packs/>",
        "   - pack: 0 / 2 hosts (a,b)",
        " - realm: <Realm Lab (1), 1 hosts, 1 packs/>",
        "   - pack: 0 / 1 hosts (c)",
        "Configuration parts:",
        "- part: 0 - <Config Config_1 - Minimal (0) />, 3 hosts",
        "  - scheduler: scheduler-master, realm: All, 0 services",
    ]
