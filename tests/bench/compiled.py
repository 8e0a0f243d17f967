"""The C programs of the benches, made when needed: the plugin that does nothing, and the server that is asked."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

SOURCES: Final = Path(__file__).parent
TINY: Final = ("-static", "-nostdlib")
"""How ``tiny.c`` is linked: nothing but it is run."""


class CompilerMissingError(Exception):
    """Say why programs cannot be made on this machine."""


class Server(NamedTuple):
    """Who is asked by checks, at any address of 127/8."""

    port: int
    refusing: int
    """A port on which connections are refused."""
    pid: int


def compile_program(folder: Path, name: str, *options: str) -> Path:
    """Return one of the programs beside this file, compiled into a folder."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise CompilerMissingError(f"{name}.c needs a C compiler, and there is no cc on PATH (Debian: gcc, libc6-dev)")
    folder.mkdir(parents=True, exist_ok=True)
    argv = [compiler, "-O2", *options, "-o", str(folder / name), str(SOURCES / f"{name}.c")]
    made = subprocess.run(argv, capture_output=True, text=True, check=False)
    if made.returncode:
        raise CompilerMissingError(f"{name}.c cannot be compiled: {made.stderr}")
    return folder / name


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Run the server; it ends with this process, however that ends."""
    program = compile_program(folder, "loopback")
    with subprocess.Popen([program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ports = process.stdout.readline().split()
            if len(ports) != 2:
                raise RuntimeError(f"{program} did not start: run it to see why")
            yield Server(int(ports[0]), int(ports[1]), process.pid)
        finally:
            process.kill()
