"""``check_disk`` and its stand-in say the same of filesystems of all sorts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from alignak.execution.standins.standin import Unsupported
from tests.support.conformance import in_process
from tests.support.machines import differing, needed, played

pytestmark = needed

_SCENARIO: Final = """
mount -t tmpfs -o size=100m big "$M"
mkdir "$M"/{a,ab,b,c,d,huge,none,remote,share,twice,twig} "$M/a b" "$M/q'uote" "$M/x=y" "$M/p|s"
mount -t tmpfs -o size=10m,nr_inodes=100 aa "$M/a"
mount -t tmpfs -o size=20m,nr_inodes=50 bb "$M/b"
mount -t tmpfs -o size=1g cc "$M/c"
mount -t tmpfs -o size=3m,nr_inodes=0 noinodes "$M/none"
mount -t tmpfs -o size=3m host:/exported "$M/remote"
mount -t tmpfs -o size=3m //host/share "$M/share"
mount -t tmpfs -o size=5m one "$M/twice"
mount -t tmpfs -o size=3m "a b" "$M/a b"
mount -t tmpfs -o size=3m quote "$M/q'uote"
mount -t tmpfs -o size=3m equal "$M/x=y"
mount -t tmpfs -o size=6m two "$M/twice"
mount --bind "$M/a" "$M/twig"
head -c 9M /dev/zero > "$M/a/file"
head -c 1500K /dev/zero > "$M/b/file"
head -c 1900K /dev/zero > "$M/twice/file"
ln -s "$M/a" "$M/link"
"""

_ALL: Final = (
    "-w 10% -c 5%",
    "-w 10% -c 5% -l",
    "-w 10% -c 5% -e",
    "-w 1% -c 1% -e",
    "-w 10% -c 5% -M",
    "-w 10%",
    "-c 10%",
    "-w 100 -c 50",
    "-w 10% -c 5% -X tmpfs",
    "-w 10% -c 5% -X tmpfs -X ext4 -X devtmpfs -X overlay -X xfs",
    "-w 10% -c 5% -N tmpfs",
    "-w 10% -c 5% -N tmpfs -N ext4 -X ext4",
    "-w 10% -c 5% -N nothing -e",
    "-w 10% -c 5% -x {m}/a -x bb",
    "-w 10% -c 5% -A",
    "-w 10% -c 5% --all --ignore-ereg-path=^/(dev|sys)",
    "-w 10% -c 5% -A -i ^{m}/[ab]$ -I /C$",
    "-w 10% -c 5% -g everything",
    "--warning=10% --critical=5% --exclude_device={m}/a --exclude-type=devtmpfs --include-type=tmpfs --local",
)
_ONE: Final = (
    "-w 10% -c 5% -p {m}/a",
    "-w 20% -c 5% -p {m}/a",
    "-w 20% -c 15% -p {m}/a",
    "-w 9% -c 5% -p {m}/a",
    "-w 2 -c 1 -p {m}/a",
    "-w 1 -c 0.5 -p {m}/a",
    "-w 0.5 -c 0.2 -p {m}/b",
    "-w 18 -c 17 -p {m}/b",
    "-w 18.6 -c 17 -p {m}/b",
    "-w 92% -c 5% -p {m}/b",
    "-w 92.7% -c 5% -p {m}/b",
    "-w 90% -c 80% -p {m}/b",
    "-w 120% -c 5% -p {m}/a",
    "-w 1000 -c 500 -p {m}/a",
    "-w 0 -c 0% -p {m}/a",
    "-w 5% -c 10% -p {m}/b",
    "-w 1 -w 50% -c 1 -c 50% -p {m}/b",
    "-w 20 -w 10% -c 5 -c 7% -p {m}/b",
    "-w 33.3% -c 3.33% -p {m}/c",
    "-w 99.999% -c 99.99% -p {m}/a",
    "-w 10% -c 5% -p {m}/a/file",
    "-w 10% -c 5% -p {m}/a/",
    "-w 10% -c 5% -p {m}/ab",
    "-w 10% -c 5% -p {m}/d",
    "-w 10% -c 5% -p {m}//a",
    "-w 10% -c 5% -p {m}/link",
    "-w 10% -c 5% -p relative",
    "-w 10% -c 5% -p /etc",
    "-w 10% -c 5% -E -p {m}/a",
    "-w 10% -c 5% -E -p {m}/d",
    "-w 10% -c 5% -p {m}/missing",
    "-w 10% -c 5% -p /proc",
    "-w 10% -c 5% -p {m}/twice",
    "-w 10% -c 5% -p {m}/twig -M",
    "-w 10% -c 5% -p {m}/none",
    "-w 100% -c 5% -p {m}/none",
    "-w 10% -c 5% -l -p {m}/remote",
    "-w 10% -c 5% -l -p {m}/share",
    "-w 10% -c 5% -p {m}/a -x {m}/a",
    "-w 10% -c 5% -p {m}/a -X tmpfs -e",
    "-w 10% -c 5% {m}/a",
    "-w 10% {m}/a",
    "-t 5 -ew10% -c5% -p{m}/a",
    "-w 10% -c 5% -f -p /",
    "-w 10% -c 5% -f -u kB -p /",
    "--warning=10% --critical=5% --units=GB --path={m}/c --errors-only",
)
_INODES: Final = (
    "-W 50% -K 10% -p {m}/b",
    "-W 96% -K 1% -p {m}/b",
    "-W 95% -K 1% -p {m}/b",
    "-W 97% -K 96% -p {m}/b",
    "-W 5 -K 1 -p {m}/b",
    "-P -W 20% -K 10% -p {m}/b",
    "-P -W 10.5% -K 5.5% -w 10% -c 5% -p {m}/b",
    "-P -w 10% -c 5% -p {m}/a -p {m}/b",
    "-P -W 10% -K 5% -p {m}/none",
    "-P -W 98% -K 97.4% -g both -p {m}/a -p {m}/b",
    "--iwarning=10% --icritical=5% --iperfdata --mountpoint -p {m}/a",
)
_UNITS: Final = tuple(
    f"{unit} -w 10 -c 5 -p {{m}}/b -p {{m}}/c"
    for unit in (
        "-k",
        "-m",
        "-k -u GB",
        "-u MB -k",
        *(f"-u {name}" for name in ("bytes", "kB", "MB", "GB", "TB", "PB")),
    )
) + tuple(f"-u {name} -w 10% -c 5% -p {{m}}/b" for name in ("KiB", "MiB", "GiB", "TiB", "PiB"))
_SEVERAL: Final = (
    "-w 10% -c 5% -p {m}/b -p {m}/a -p {m}/c",
    "-w 10% -c 5% -p {m}/a -p {m}/a -p {m}/a/file",
    "-w 10% -c 5% -p {m}/d -p {m}",
    "-w 10% -c 5% -p {m}/a {m}/b",
    "-w 20% -c 5% -p {m}/a -C -w 5% -c 2% -p {m}/b",
    "-w 10% -c 5% -p {m}/a -w 1 -c 1 -p {m}/b",
    "-w 10% -p {m}/a -c 5% -p {m}/b",
    "-w 100 -c 50 -C -w 10 -c 5 -p {m}/a -C -w 5% -c 3% -p {m}/b",
    "-w 10% -c 5% -p {m}/a -C",
    "-w 10% -c 5% -p {m}/a -C -w 5% -c 5%",
    "-w 10% -c 5% -p {m}/d -C -w 1% -c 1% -p {m}",
    "-w 10% -c 5% -p {m} -C -w 1% -c 1% -r {m}/?$",
    "-w 10% -c 5% -p {m}/b -C -w 1% -c 1% -A",
    "-w 10% -c 5% -C -w 1% -c 1% -p {m}/a",
    "-x {m}/c -w 10% -c 5% -C -w 1% -c 1% -p {m}/b",
    "-w 10% -c 5% -r {m}/[ab]$",
    "-w 10% -c 5% -R {m}/[AB]$",
    "-w 10% -c 5% -r ^aa -r ^one",
    "-w 10% -c 5% -r {m}/b$ -p {m}/c -r {m}/a$",
    "-w 10% -c 5% -r nowhere",
    "-w 10% -c 5% -p {m}/b -p {m}/a -r {m}/[abc]$",
    "-w 10% -c 5% -r {m} -i /[abc]$",
    "-w 10% -c 5% -p {m}/b -i b$ -p {m}/b",
    "-w 10% -c 5% -p {m}/a -i aa",
    "-w 10% -c 5% -p {m}/d -i /d",
    "-w 10% -c 5% --ereg-path={m}/a$ --eregi-partition={m}/B$ --ignore-eregi-path=nothing",
    "-w 10% -c 5% -g both -p {m}/a -p {m}/b",
    "-w 66% -c 65% -g both -p {m}/a -p {m}/b",
    "-w 19 -c 5 -g both -p {m}/a -p {m}/b",
    "-u kB -w 10% -c 5% -g three -p {m}/a -p {m}/b -p {m}/twice",
    "-u GB -w 10% -c 5% -g both -p {m}/a -p {m}/b",
    "-M -e -w 10% -c 5% -g both -p {m}/a -p {m}/b",
    "-w 10% -c 5% -g one -p {m}/a -C -w 10% -c 5% -g two -p {m}/b -p {m}/c",
    "-w 10% -c 5% -g one -p {m}/b -C -w 50% -c 5% -p {m}/a",
    "-w 100 -c 50 -C -w 1000 -c 500 -g some -r {m}/[ab]$",
    "-x {m}/b -w 10% -c 5% -g three -p {m}/a -p {m}/b -p {m}/c",
    "-w 10% -c 5% -g twice -p {m}/a -p {m}/a/file",
    "-f -w 10% -c 5% -g both -p {m}/b -p /",
)
_QUOTED: Final = ("a b", "q'uote", "x=y", "p|s")


def _cases(texts: Sequence[str], mounted: Path) -> list[list[str]]:
    return [["check_disk", *(word.format(m=mounted) for word in each.split())] for each in texts]


@pytest.mark.parametrize(
    "texts", [_ALL, _ONE, _INODES, _UNITS, _SEVERAL], ids=["all", "one", "inodes", "units", "several"]
)
def test_filesystems_are_told_and_judged_alike(texts: Sequence[str], tmp_path: Path) -> None:
    assert not differing(played(_SCENARIO, _cases(texts, tmp_path), M=str(tmp_path)))


def test_names_with_odd_characters_are_quoted_alike(tmp_path: Path) -> None:
    cases = [["check_disk", "-P", "-w", "10%", "-c", "5%", "-p", f"{tmp_path}/{name}"] for name in _QUOTED]
    cases.append(["check_disk", "-w", "10%", "-c", "5%", "-g", "my group", "-p", f"{tmp_path}/a"])
    assert not differing(played(_SCENARIO, cases, M=str(tmp_path)))


def test_what_is_mounted_is_read_from_the_same_list(tmp_path: Path) -> None:
    listed = f"""{_SCENARIO}
mkdir -p "$M/etc"; cp /etc/passwd /etc/nsswitch.conf "$M/etc"
printf '# comment\\nx {tmp_path}/a iso9660 rw 0 0\\n//s/x {tmp_path}/b cifs rw 0 0\\n' > "$M/etc/mtab"
printf '//s/x {tmp_path}/c smb3 rw 0 0\\nhost:/x {tmp_path}/none nfs rw 0 0\\n' >> "$M/etc/mtab"
mount --bind "$M/etc" /etc
"""
    texts = ("-w 10% -c 5%", "-w 10% -c 5% -l", "-w 10% -c 5% -N iso9660", "-w 10% -c 5% -p {m}/a", "-w 1 -c 1 -X smb3")
    assert not differing(played(listed, _cases(texts, tmp_path), M=str(tmp_path)))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "-p /",
        "-A -w 10% -c 5%",
        "-w 10% -c 5% -i /dev",
        "-w 10% -c 5% -C -p /",
        "-w 10% -c 5% -p / -E",
        "-w 10% -c 5% -p / -g late",
        "-w 10: -c 5: -p /",
        "-w -10% -c 5% -p /",
        "-w 10MB -c 5% -p /",
        "-u KB -w 10% -c 5% -p /",
        "-w 10% -c 5% -r a(b",
        "-w 10% -c 5% -L",
        "-w 10% -c 5% 80 90 /",
        "-v -w 10% -c 5% -p /",
        "--help",
    ],
)
def test_what_the_plugin_refuses_or_explains_is_left_to_it(words: str) -> None:
    with pytest.raises(Unsupported):
        in_process("check_disk", words.split())
