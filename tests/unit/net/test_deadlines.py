"""What counts as this machine, and as one address."""

from __future__ import annotations

import pytest

from alignak.net.deadlines import is_loopback, neighbourhood


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"])
def test_loopback(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address", ["", "0.0.0.0", "::", "192.0.2.1", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_not_loopback(address: str) -> None:
    assert not is_loopback(address)


def test_a_network_of_ipv6_is_one_neighbour_and_an_ipv4_address_is_one() -> None:
    assert neighbourhood("2001:db8:1:2::5") == neighbourhood("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert neighbourhood("fe80::1%eth0") == neighbourhood("fe80::2")
    assert neighbourhood("::ffff:192.0.2.1") == neighbourhood("192.0.2.1") == "192.0.2.1"
    assert neighbourhood("192.0.2.1") != neighbourhood("192.0.2.2")
