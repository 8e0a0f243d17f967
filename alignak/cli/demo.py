"""``alignak demo``: six daemons watch this machine and a small simulated site, until Ctrl-C.

``alignak demo break router-1`` breaks a part of the site, ``mend router-1`` mends it, ``status`` shows how all is.
What the daemons keep lies in one folder, and a second start goes on from there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from difflib import get_close_matches
from shlex import quote
from typing import Any, Final

from msgspec import to_builtins
from rich.live import Live

from alignak.api.common import Details
from alignak.base.errors import BadRequestError, LinkError, StartError
from alignak.cli import asking, keeping, live, output, overview, stage, status
from alignak.cli.asking import Asker
from alignak.cli.keeping import Keeper
from alignak.cli.overview import Event
from alignak.cli.stage import Stage
from alignak.execution.builtin.site import Site, read_site, write_site
from alignak.model.topology import Role
from alignak.system import files, pidfiles, process
from alignak.system.pidfiles import PidFile
from alignak.system.signals import Signals
from alignak.system.supervise import Child

MAIN: Final = "alignak.cli.main"

PATIENCE: Final = 60.0
"""Seconds the daemons are given to get ready."""

LOOK: Final = 0.05
"""Seconds between two looks whether they are."""

STOP_WAIT: Final = 20.0
"""Seconds the arbiter is given to stop the others and itself."""

LEFT_OVER_WAIT: Final = 5.0
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at what is going on."""

ROWS_ABOVE_EVENTS: Final = 18
FEWEST_EVENTS: Final = 4
MOST_EVENTS: Final = 20

NOT_FOR_DAEMONS: Final = ("ALIGNAK_", "NOTIFY_SOCKET", "WATCHDOG_")
"""How the environment variables begin that mean another installation than the demo."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", nargs="?", default="start", choices=tuple(ACTIONS), help="what to do; default start")
    parser.add_argument("name", nargs="?", default="", help="break, mend: a part of the site, router-1 or web-1/http")
    parser.add_argument(
        "--data", default=stage.default_folder(), metavar="DIR", help="the demo's folder; default %(default)s"
    )
    parser.add_argument(
        "--base-port",
        type=base_port,
        default=stage.BASE_PORT,
        metavar="N",
        help="first of six ports; default %(default)s",
    )
    parser.add_argument("--plain", action="store_true", help="print lines, also in a terminal")
    parser.add_argument("--for", dest="seconds", type=float, default=0.0, metavar="SECONDS", help="stop after so long")


def base_port(text: str) -> int:
    """Return the first port, from the command line."""
    number = int(text)
    if not 0 < number <= stage.HIGHEST_BASE:
        raise argparse.ArgumentTypeError(f"{text} is no port with five more behind it: 1 to {stage.HIGHEST_BASE}")
    return number


def run(given: argparse.Namespace) -> int:
    """Do what was asked for."""
    place = Stage(os.path.abspath(os.path.expanduser(given.data)))
    return ACTIONS[given.action](place, given)


# Break, mend, status ------------------------------------------------------------------------------------------------


def break_(place: Stage, given: argparse.Namespace) -> int:
    """Break a part of the site."""
    check_name(given.name)
    return change(place, given, place_site(place).with_broken(given.name), consequence(given.name))


def mend(place: Stage, given: argparse.Namespace) -> int:
    """Mend a part of the site, or all of it."""
    site = place_site(place)
    if not given.name:
        return change(place, given, Site(site.behind), "everything is mended")
    check_name(given.name)
    text = f"{given.name} is mended: it recovers within about 5 s, and who was told of the problem is told of that."
    return change(place, given, site.with_mended(given.name), text)


def check_name(name: str) -> None:
    """Refuse what is no part of the site."""
    known = stage.breakable()
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f", did you mean '{close[0]}'?" if close else ""
        raise BadRequestError(f"nothing of the site is named '{name}'{hint}\nThere are: {', '.join(known)}")


def place_site(place: Stage) -> Site:
    """Return what is broken at present."""
    try:
        return read_site(place.site)
    except FileNotFoundError:
        raise BadRequestError(f"there is no demo in {place.folder}; start one with: {program()} demo") from None


def change(place: Stage, given: argparse.Namespace, site: Site, text: str) -> int:
    """Write the changed site and say what will come of it."""
    write_site(place.site, site)
    is_running = pidfiles.holder_of(place.pid_file) is not None
    outcome = f"{text}\nNotifications: tail -f {place.outbox}" if is_running else f"{text}\nNo demo runs at present."
    output.show(
        {"broken": list(site.broken), "is_running": is_running, "outbox": place.outbox}, given.output, lambda: outcome
    )
    return output.OK


def consequence(name: str) -> str:
    """Return what will come of breaking a part of the site."""
    host, _, service = name.partition("/")
    if service:
        told = "it is told of in working hours only" if service == "disk" else "a notification follows"
        return f"{name} is broken: CRITICAL within about 6 s, and {told}."
    behind = [each for each, way in stage.BEHIND.items() if way == host]
    if not behind:
        return f"{name} is broken: DOWN within about 6 s, and a notification follows."
    return (
        f"{name} is broken: DOWN within about 6 s, and a notification follows.\n"
        f"{', '.join(behind)} behind it become UNREACHABLE, and nobody is told of them."
    )


def show_status(place: Stage, given: argparse.Namespace) -> int:
    """Show how the demo's installation is."""
    return status.show(Asker(stage.arbiter_url(place)), given.output)


# Start --------------------------------------------------------------------------------------------------------------


def start(place: Stage, given: argparse.Namespace) -> int:
    """Run the demo until it is told to stop."""
    try:
        files.ensure_folder(place.folder)
        held = PidFile(place.pid_file)
        held.acquire()
    except StartError as error:
        holder = pidfiles.holder_of(place.pid_file)
        why = f"a demo runs in {place.folder} already, process {holder}" if holder else error.message
        raise BadRequestError(
            f"{why}\nA second one needs a folder and ports of its own: --data, --base-port"
        ) from error
    except OSError as error:
        raise BadRequestError(f"the folder cannot be used: {error}\nChoose another with --data") from error
    try:
        return Play(place, given).run()
    finally:
        held.release()


class Play:
    """One run of the demo."""

    def __init__(self, place: Stage, given: argparse.Namespace) -> None:
        self._place = place
        self._given = given
        self._began = time.time()
        self._ports = stage.ports(given.base_port)
        self._asker = Asker(self._url(Role.ARBITER))
        self._scheduler = self._asker.other(self._url(Role.SCHEDULER), Role.SCHEDULER)
        self._events = overview.Events(self._asker, self._began)
        self._changes = overview.Changes()
        self._recent: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._screen: Live | None = None
        self._rate = Rate()
        self._keeper = self._arbiter()

    def run(self) -> int:
        """Start everything, show what goes on, stop everything."""
        self._clear_away()
        self._check_ports()
        stage.put_up(self._place, self._given.base_port)
        process.adopt_orphans()  # whoever loses its parent is found again at the end
        with Signals() as signals:
            try:
                return self._run(signals)
            finally:
                self._stop()

    def _run(self, signals: Signals) -> int:
        self._say("start", f"starting six daemons in {self._place.folder}")
        if os.geteuid() == 0:
            self._say("note", "started as root: the daemons run as root too, and listen on loopback only")
        self._keeper.start()
        if (code := self._wait_ready(signals)) is not None:
            return code
        self._announce()
        until = time.monotonic() + self._given.seconds if self._given.seconds > 0 else float("inf")
        draws = self._given.output == "text" and not self._given.plain and sys.stdout.isatty()
        show = self._draw if draws else self._print_news
        with live.screen() if draws else nullcontext() as self._screen:
            while time.monotonic() < until:
                self._keeper.tick()
                show()
                if keeping.is_asked_to_stop(signals, min(LOOK_EVERY, max(0.0, until - time.monotonic()))):
                    break
        self._screen = None
        return output.OK

    def _url(self, role: Role) -> str:
        return f"http://127.0.0.1:{self._ports[role]}/"

    def _arbiter(self) -> Keeper:
        """Return the arbiter's process: it launches the other five, and ends with us."""
        argv = [sys.executable, "-m", "alignak.cli.tethered", str(os.getpid()), Role.ARBITER.value]
        argv += ["-n", stage.ARBITER, "-e", self._place.environment]
        log_path = os.path.join(self._place.log, f"{stage.ARBITER}.out")
        child = Child(stage.ARBITER, argv, daemon_environment(os.environ), log_path)
        return Keeper(child, log_path, lambda text: self._say("process", text))

    def _clear_away(self) -> None:
        """Stop what a demo in this folder left behind when it was killed together with its arbiter."""
        for path in self._place.daemon_pid_files():
            if pidfiles.stop_holder(path, LEFT_OVER_WAIT):
                name = os.path.basename(path).removesuffix(".pid")
                self._say("note", f"{name} was left over from an earlier demo: stopped")

    def _check_ports(self) -> None:
        busy = [f"{port} ({role.value})" for role, port in stage.taken(self._ports)]
        if busy:
            raise BadRequestError(
                f"something listens on port {', '.join(busy)} of 127.0.0.1 already\n"
                f"Choose the first of six other ports: {program()} demo --base-port {stage.free_base(self._ports)}"
            )

    def _wait_ready(self, signals: Signals) -> int | None:
        """Wait until every daemon works; return the exit code when it comes to nothing."""
        until = time.monotonic() + PATIENCE
        why = ""
        while not self._keeper.ends and time.monotonic() < until:
            self._keeper.tick()
            try:
                self._asker.ask("readyz")
                daemons = overview.gather(self._asker).daemons
                why = ", ".join(f"{each.name}: {each.output}" for each in daemons if each.state not in overview.FINE)
                if not why:
                    self._changes = overview.Changes(daemons)
                    return None
            except LinkError as error:
                why = asking.reason(error)
            if keeping.is_asked_to_stop(signals, LOOK):
                return output.OK
        output.complain("the daemons did not get ready: " + ("the arbiter ended" if self._keeper.ends else why))
        for line in self._keeper.last_words():
            output.complain(line)
        output.complain(f"the logs are in {self._place.log}")
        return output.PROBLEM

    # What is shown ------------------------------------------------------------------------------------------------

    def _say(self, kind: str, text: str) -> None:
        """Tell of something that happened to us: in a line, or among the events while a picture is shown."""
        now = time.time()
        if self._screen is None:
            output.tell({"kind": kind, "timestamp": now, "message": text}, self._given.output, text)
        else:
            self._recent.append(Event("info", text, now, time.strftime("%Y-%m-%d %H:%M:%S")))

    def _announce(self) -> None:
        """Say that all is ready, where everything is and what to try."""
        took = time.time() - self._began
        tries = self._tries()
        addresses = {role.value: self._url(role) for role in Role}
        document: Mapping[str, Any] = {
            "kind": "ready",
            "timestamp": time.time(),
            "seconds": took,
            "daemons": addresses,
            "folder": self._place.folder,
            "outbox": self._place.outbox,
            "try": list(tries),
        }
        lines = [f"ready after {took:.1f} s", ""]
        lines += [f"  {name:12} {url}" for name, url in addresses.items()]
        lines += [
            "",
            f"Notifications: {self._place.outbox}",
            f"Monitoring log: {self._place.log}/alignak-events.log",
            "",
        ]
        lines += ["Try in another terminal:", *(f"  {each}" for each in tries), "", "Ctrl-C stops everything.", ""]
        output.tell(document, self._given.output, "\n".join(lines))

    def _tries(self) -> tuple[str, ...]:
        """Return three commands that work as they stand."""
        url = self._url(Role.ARBITER)
        moved = f" --url {url}" if self._given.base_port != stage.BASE_PORT else ""
        elsewhere = f" --data {quote(self._place.folder)}" if self._place.folder != stage.default_folder() else ""
        return (
            f"{program()} status{moved}",
            f"{program()} demo break router-1{elsewhere}",
            f"curl {url}monitoring_problems",
        )

    def _print_news(self) -> None:
        for event in self._events.new():
            output.tell({"kind": "event", **to_builtins(event)}, self._given.output, f"{event.date} {event.message}")
        with suppress(LinkError):
            self._say_changes(overview.gather(self._asker))

    def _say_changes(self, found: overview.Overview) -> None:
        for sentence in self._changes.new(found.daemons):
            self._say("daemon", sentence)

    def _draw(self) -> None:
        """Show the picture of the moment."""
        assert self._screen is not None
        self._recent.extend(self._events.new())
        try:
            found, hosts = overview.gather(self._asker), overview.hosts(self._asker)
            self._say_changes(found)
        except LinkError as error:
            self._screen.update(f"waiting for the arbiter: {asking.reason(error)}", refresh=True)
            return
        rate = self._rate.of(self._scheduler)
        room = max(FEWEST_EVENTS, self._screen.console.height - ROWS_ABOVE_EVENTS)
        hint = f"Try: {self._tries()[1]}   Ctrl-C stops everything."
        self._screen.update(live.demo(found, hosts, list(self._recent)[-room:], rate, hint), refresh=True)

    # The end ------------------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Stop everything, whatever became of the terminal meanwhile, and say so."""
        self._screen = None
        with suppress(OSError):
            self._say("stop", "stopping ...")
        self._keeper.stop(STOP_WAIT)
        ended = keeping.end_descendants()
        forced = f" ({ended} had to be ended after the arbiter)" if ended else ""
        with suppress(OSError):
            self._say(
                "stopped", f"stopped; no process is left{forced}. What the daemons know is in {self._place.folder}"
            )


class Rate:
    """How many checks a second the scheduler gets results of."""

    def __init__(self) -> None:
        self._last: tuple[float, int] | None = None

    def of(self, scheduler: Asker) -> float | None:
        """Return the rate since the last call; None at the first, and when the scheduler does not answer."""
        try:
            stats: dict[str, Any] = scheduler.ask("get_stats", Details())
        except LinkError:
            return None
        now, count = time.monotonic(), int(stats["counters"]["outcomes"])
        last, self._last = self._last, (now, count)
        if last is None or count < last[1] or now <= last[0]:
            return None
        return (count - last[1]) / (now - last[0])


def daemon_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the demo's daemons: ours, without what is meant for another installation."""
    return {name: value for name, value in variables.items() if not name.startswith(NOT_FOR_DAEMONS)}


def program() -> str:
    """Return how this program is called, fit to be copied."""
    own = os.path.abspath(sys.argv[0])
    found = shutil.which("alignak")
    if found is not None and os.path.realpath(found) == os.path.realpath(own):
        return "alignak"
    if not os.access(own, os.X_OK):
        return f"{sys.executable} -m {MAIN}"
    relative = os.path.relpath(own)
    return own if relative.startswith("..") else relative


ACTIONS: Final[Mapping[str, Callable[[Stage, argparse.Namespace], int]]] = {
    "start": start,
    "break": break_,
    "mend": mend,
    "status": show_status,
}
