"""``alignak import``: turn a Nagios, Naemon or Shinken configuration into one for Alignak.

The source is only read. What has no equivalent is listed with its place, then the result is checked as ``alignak
verify`` does.
"""

from __future__ import annotations

import argparse
import os
import stat
from collections.abc import Iterator, Sequence
from posixpath import join
from typing import Any, Final

from msgspec import Struct, to_builtins

from alignak.base.errors import BadRequestError, ConfigurationError
from alignak.cli import output
from alignak.cli.verify import Checked, check
from alignak.config.contacts import INTERNAL_COMMANDS
from alignak.config.foreign.findings import Finding, Findings, Weight, grouped
from alignak.config.foreign.naming import ENVIRONMENT
from alignak.config.foreign.reading import MAINS, Source, find_main, read_source
from alignak.config.foreign.translating import Output, Translation, translate
from alignak.config.sources import reason
from alignak.system.files import PRIVATE_FILE, DiskFiles

TARGET: Final = "alignak-imported"

MOST_PLACES: Final = 20
"""How many places of one remark are printed; the JSON form has all."""

HEADINGS: Final = {
    Weight.ERROR: "Could not be read",
    Weight.LOST: "Without an equivalent",
    Weight.CHANGED: "Done in another way",
    Weight.UNNEEDED: "Not needed",
}

STYLES: Final = {Weight.ERROR: "red", Weight.LOST: "yellow", Weight.CHANGED: "cyan", Weight.UNNEEDED: "dim"}

_SHOWN: Final = 0o644


class Imported(Struct, frozen=True):
    """What came of an import."""

    source: Source
    translation: Translation
    findings: Sequence[Finding]
    target: str
    checked: Checked

    @property
    def exit_code(self) -> int:
        """Return 0 when everything was read and the result can be used."""
        has_errors = any(each.weight is Weight.ERROR for each in self.findings)
        return output.PROBLEM if has_errors else self.checked.exit_code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "form", choices=("nagios",), help="the family of the source: Nagios, Naemon and Shinken are one"
    )
    parser.add_argument(
        "path", nargs="+", metavar="PATH", help=f"the main file, or a folder with one of {', '.join(MAINS)}"
    )
    parser.add_argument("--to", default=TARGET, metavar="DIR", help=f"folder to write to; default ./{TARGET}")
    parser.add_argument(
        "--force",
        action="store_true",
        help="write into a folder that holds files; those of the same names are replaced",
    )


def run(given: argparse.Namespace) -> int:
    """Write the tree and report; return 1 when it cannot be used."""
    files, target = DiskFiles(), os.path.abspath(given.to)
    mains = [_main_file(each, files) for each in given.path]
    findings = Findings()
    source = read_source(mains, files, findings)
    translation = translate(source, findings)
    _refuse(source, translation, target, force=given.force)
    try:
        _write(translation, target)
    except OSError as error:
        raise ConfigurationError(f"cannot write '{error.filename or target}': {reason(error)}") from error
    checked = check(join(target, ENVIRONMENT), "", ())
    found = Imported(source, translation, (*findings.all(), *_strangers(checked, translation, target)), target, checked)
    output.show(document(found), given.output, lambda: _print(found))
    return found.exit_code


def _main_file(path: str, files: DiskFiles) -> str:
    found = find_main(os.path.abspath(path), files)
    if found is None:
        raise BadRequestError(f"'{path}' is no main file and no folder that holds one of {', '.join(MAINS)}")
    return found


def _refuse(source: Source, translation: Translation, target: str, *, force: bool) -> None:
    """Refuse to write where something of the source stands or, unless forced, where anything stands."""
    real = os.path.realpath(target)
    for root in map(os.path.realpath, source.roots):
        if os.path.commonpath([real, root]) == root:
            raise BadRequestError(f"'{target}' lies in the source, below '{root}': choose a folder outside with --to")
    kept = {os.path.realpath(each) for each in (*source.mains, *(file.path for file in source.files))}
    for each in translation.outputs:
        if os.path.realpath(join(target, each.target)) in kept:
            raise BadRequestError(f"'{join(target, each.target)}' is a file of the source: choose another --to")
    if os.path.lexists(target) and not os.path.isdir(target):
        raise BadRequestError(f"'{target}' is not a folder: choose another --to")
    if not force and os.path.isdir(target) and os.listdir(target):
        raise BadRequestError(f"'{target}' is not empty: choose another --to, or write there all the same with --force")


def _write(translation: Translation, target: str) -> None:
    for folder in ("", *translation.folders):
        os.makedirs(join(target, folder), exist_ok=True)
    for each in translation.outputs:
        path = join(target, each.target)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _write_file(path, _bytes(each), _mode(each))


def _bytes(wanted: Output) -> bytes:
    if wanted.is_copy:
        return DiskFiles().read(wanted.source)
    return wanted.text.encode("utf-8")


def _mode(wanted: Output) -> int:
    """Return the mode of the user's own file; macros may be passwords, nobody else reads them."""
    if wanted.is_private:
        return PRIVATE_FILE
    return stat.S_IMODE(os.stat(wanted.source).st_mode) & _SHOWN if wanted.source else _SHOWN


def _write_file(path: str, data: bytes, mode: int) -> None:
    """Write a file; never through a link, and never for a moment with a wider mode than it is to have."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, PRIVATE_FILE)
        file.write(data)
        os.fchmod(descriptor, mode | stat.S_IRUSR | stat.S_IWUSR)


def _strangers(checked: Checked, translation: Translation, target: str) -> Iterator[Finding]:
    """Yield the files that stood in the folder before and are read as well."""
    ours = {os.path.normpath(join(target, each.target)) for each in translation.outputs}
    for path in checked.loaded.files:
        if os.path.normpath(path) not in ours and os.path.isfile(path):
            message = "it stood there before, is no part of the source and is read as well: remove it"
            yield Finding(Weight.ERROR, os.path.basename(path), message, path)


def document(found: Imported) -> dict[str, Any]:
    """Return the result for programs."""
    loaded = found.checked.loaded
    return {
        "source": list(found.source.mains),
        "kind": found.source.kind.value,
        "target": found.target,
        "environment": join(found.target, ENVIRONMENT),
        "files": [{"source": each.source, "target": each.target} for each in found.translation.outputs],
        "findings": [to_builtins(each) for each in found.findings],
        "objects": {name: {"source": there, "here": here} for name, there, here in _counts(found)},
        "is_correct": loaded.config is not None,
        "errors": loaded.error_count,
        "warnings": loaded.warning_count,
        "diagnostics": [to_builtins(each) for each in loaded.diagnostics],
    }


def _counts(found: Imported) -> list[tuple[str, int, int]]:
    """Return (type, objects defined in the source, objects here) of every type that either has."""
    there, here = found.translation.defined, dict(found.checked.loaded.created)
    here["command"] = here.get("command", 0) - len(INTERNAL_COMMANDS)
    names = sorted({*there, *(name for name, count in here.items() if count)})
    return [(name, there.get(name, 0), here.get(name, 0)) for name in names]


def _print(found: Imported) -> None:
    console = output.console()
    for style, text in _lines(found):
        console.print(text, style=style, soft_wrap=True)


def _lines(found: Imported) -> Iterator[tuple[str | None, str]]:
    """Yield the lines of the report, each with its style."""
    read = len(found.source.files)
    yield None, f"Read {', '.join(found.source.mains)} ({found.source.kind.value}) and {read} more files."
    yield None, f"Wrote {len(found.translation.outputs)} files below {found.target}."
    for weight, remarks in grouped(found.findings).items():
        yield None, ""
        yield "bold", f"{HEADINGS[weight]} ({sum(map(len, remarks.values()))})"
        for (subject, message), places in remarks.items():
            yield STYLES[weight], f"  {subject}: {message}"
            yield from ((None, f"      {place}") for place in map(str, places[:MOST_PLACES]) if place)
            if len(places) > MOST_PLACES:
                yield None, f"      and {len(places) - MOST_PLACES} more places: see them with -o json"
    yield from _verdict(found)


def _verdict(found: Imported) -> Iterator[tuple[str | None, str]]:
    """Yield what checking the result gave."""
    loaded = found.checked.loaded
    yield None, ""
    yield "bold", f"{'Objects':28}{'defined in the source':>22}{'here':>10}"
    for name, there, here in _counts(found):
        yield "yellow" if here < there else None, f"  {name:26}{there:>22}{here:>10}"
    yield None, ""
    for each in loaded.diagnostics:
        yield {"error": "red", "warning": "yellow"}[each.severity.value], f"{each.severity.name}: {each.render()}"
    usable = loaded.config is not None
    verdict = "The result can be used" if usable else "The result cannot be used yet"
    counts = f"{loaded.error_count} errors, {loaded.warning_count} warnings"
    yield "green" if usable else "red", f"{verdict}: {counts}. Check it again with: alignak verify {_path(found)}"


def _path(found: Imported) -> str:
    return join(found.target, ENVIRONMENT)
