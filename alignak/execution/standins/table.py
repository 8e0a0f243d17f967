"""The stand-ins by the name of the plugin; a module is imported when the first of its plugins is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from alignak.execution.standins.standin import StandIn

_ROOM: Final = "alignak.execution.standins"

TABLE: Final[Mapping[str, tuple[str, str]]] = {
    "check_dummy": ("dummy", "DUMMY"),
    "check_ping": ("ping", "PING"),
    "check_icmp": ("icmp", "ICMP"),
    "check_host": ("icmp", "HOST"),
    "check_dns": ("nslookup", "DNS"),
    "check_dig": ("dig", "DIG"),
    "check_nrpe": ("nrpe", "NRPE"),
    "check_snmp": ("snmp", "SNMP"),
    "check_http": ("http", "HTTP"),
    "check_tcp": ("tcp", "TCP"),
    "check_udp": ("tcp", "UDP"),
    "check_ftp": ("tcp", "FTP"),
    "check_imap": ("tcp", "IMAP"),
    "check_simap": ("tcp", "SIMAP"),
    "check_pop": ("tcp", "POP"),
    "check_spop": ("tcp", "SPOP"),
    "check_ssmtp": ("tcp", "SSMTP"),
    "check_jabber": ("tcp", "JABBER"),
    "check_nntp": ("tcp", "NNTP"),
    "check_nntps": ("tcp", "NNTPS"),
    "check_clamd": ("tcp", "CLAMD"),
    "check_ssh": ("ssh", "SSH"),
    "check_smtp": ("smtp", "SMTP"),
    "check_load": ("load", "LOAD"),
    "check_swap": ("swap", "SWAP"),
    "check_users": ("users", "USERS"),
    "check_uptime": ("uptime", "UPTIME"),
    "check_file_age": ("file_age", "FILE_AGE"),
    "check_disk": ("disk", "DISK"),
    "check_procs": ("procs", "PROCS"),
    "check_ntp_time": ("ntp", "NTP_TIME"),
    "check_time": ("clock", "CLOCK"),
}
"""Plugin -> module of this room, and the stand-in in it."""


@cache
def stand_in(name: str) -> StandIn:
    """Return what stands in for a plugin; KeyError when nothing does."""
    module, attribute = TABLE[name]
    found: StandIn = getattr(import_module(f"{_ROOM}.{module}"), attribute)
    return found
