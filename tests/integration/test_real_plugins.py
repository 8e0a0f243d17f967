"""Debian's plugins check a web server that stops and comes back: states, macros and log lines, through six daemons.

Beside it stand the plugins every administrator meets some day: one that is not there, one that hangs, one whose exit
code means nothing, one that writes many lines.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.support.cluster import Cluster, running, wait_for, write

pytestmark = pytest.mark.services

PAGE = "<html>everything is fine</html>\n"

TOLD = "|".join(
    f"{name}={macro}"
    for name, macro in {
        "type": "$NOTIFICATIONTYPE$",
        "number": "$NOTIFICATIONNUMBER$",
        "id": "$NOTIFICATIONID$",
        "to": "$CONTACTNAME$ $CONTACTEMAIL$ $NOTIFICATIONRECIPIENTS$",
        "host": "$HOSTNAME$ $HOSTALIAS$ $HOSTADDRESS$ $HOSTSTATE$",
        "service": "$SERVICEDESC$ $SERVICEDISPLAYNAME$",
        "state": "$SERVICESTATE$ $SERVICESTATEID$ $SERVICESTATETYPE$ $LASTSERVICESTATE$",
        "attempt": "$SERVICEATTEMPT$/$MAXSERVICEATTEMPTS$",
        "output": "$SERVICEOUTPUT$",
        "long": "$LONGSERVICEOUTPUT$",
        "perf": "$SERVICEPERFDATA$",
        "check": "$SERVICECHECKCOMMAND$",
        "at": "$LONGDATETIME$ $SHORTDATETIME$ $DATE$ $TIME$ $TIMET$",
        "custom": "$_HOSTRACK$ $_SERVICEOWNER$",
    }.items()
)
"""What a notification tells; run-time text stands within double quotes, as people write it."""

SITE = """
define command{
    command_name    check_load
    command_line    $PLUGINS$/check_load -w 1000,1000,1000 -c 2000,2000,2000
}
define command{
    command_name    check_disk
    command_line    $PLUGINS$/check_disk -w 0 -c 0 -p $ARG1$
}
define command{
    command_name    check_tcp
    command_line    $PLUGINS$/check_tcp -H $HOSTADDRESS$ -p $ARG1$
}
define command{
    command_name    check_http
    command_line    $PLUGINS$/check_http -H $HOSTADDRESS$ -p $ARG1$ -u $ARG2$ -s "$ARG3$"
}
define command{
    command_name    check_gone
    command_line    $PLUGINS$/check_that_nobody_installed -H $HOSTADDRESS$
}
define command{
    command_name    check_slow
    command_line    /bin/sleep 60
    timeout         1
}
define command{
    command_name    check_seven
    command_line    /bin/sh $SITE$/seven.sh
}
define command{
    command_name    check_lines
    command_line    /bin/sh $SITE$/lines.sh
}
define command{
    command_name    tell
    command_line    printf '%s\\n' "$TOLD$" >> $OUTBOX$
}
define contact{
    contact_name                    oncall
    email                           oncall@example.org
    service_notification_options    c,r
    host_notification_options       d,r
    service_notification_commands   tell
    host_notification_commands      outbox
}
define host{
    use                     generic-host
    host_name               site
    alias                   The site
    address                 127.0.0.1
    check_command           check_tcp!$HOSTPORT$
    max_check_attempts      1
    check_interval          60
    _rack                   B7
}
define service{
    use                     generic-service
    host_name               site
    service_description     web
    display_name            Web pages
    check_command           check_http!$HTTPPORT$!/page.html!everything is fine
    check_interval          1
    contacts                oncall
    _owner                  the web team
}
define service{
    use                     generic-service
    host_name               site
    service_description     port
    check_command           check_tcp!$HTTPPORT$
    check_interval          1
    max_check_attempts      1
    contacts                oncall
}
define service{
    use                     generic-service
    host_name               site
    service_description     load
    check_command           check_load
}
define service{
    use                     generic-service
    host_name               site
    service_description     disk
    check_command           check_disk!/
}
define service{
    use                     generic-service
    host_name               site
    service_description     gone
    check_command           check_gone
    max_check_attempts      1
}
define service{
    use                     generic-service
    host_name               site
    service_description     slow
    check_command           check_slow
    max_check_attempts      1
}
define service{
    use                     generic-service
    host_name               site
    service_description     seven
    check_command           check_seven
    max_check_attempts      1
}
define service{
    use                     generic-service
    host_name               site
    service_description     lines
    check_command           check_lines
    max_check_attempts      1
}
"""

SEVEN = "echo 'seven is no state | n=7'; exit 7\n"
LINES = r"""printf 'hello \\| pipe | a=1;2;3\nlong1\nlong2 | b=4\n c=5\n'; exit 1
"""


class Pages(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class WebServer:
    """A web server that can be stopped and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = 0
        self.start()

    def start(self) -> None:
        """Listen and answer."""
        self._server = HTTPServer(("127.0.0.1", self.port), lambda *each: Pages(*each, directory=str(self._folder)))
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@dataclass
class Site:
    """What is watched, and who watches."""

    cluster: Cluster
    web: WebServer
    machine: WebServer
    """What answers on the port the host is checked by."""

    def lines(self, *parts: str) -> list[tuple[str, str]]:
        """Return level and text of the lines of ``alignak-events.log`` that hold all the parts."""
        text = (self.cluster.folder / "log" / "alignak-events.log").read_text()
        found = [re.fullmatch(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] ([A-Z]+): (.*)", line) for line in text.splitlines()]
        assert all(found), text
        return [(each[1], each[2]) for each in found if each and all(part in each[2] for part in parts)]

    def answered(self, *parts: str) -> list[tuple[str, str]]:
        """Return level and text of the events that ``/events_log`` answers with, oldest first."""
        rows = reversed(self.cluster.ask("broker-master", "events_log?count=1000"))
        found = [re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - ([A-Z]) - (.*)", row) for row in rows]
        assert all(found)
        return [(each[1], each[2]) for each in found if each and all(part in each[2] for part in parts)]

    def wait_for_line(self, level: str, *parts: str) -> str:
        """Return the text of the first event with these parts, once it is both in the file and in the answer."""

        def found() -> str | None:
            written, told = self.lines(*parts), self.answered(*parts)
            if not (written and told):
                return None
            assert written[0] == (level, told[0][1])
            assert told[0][0] == level[0]
            return written[0][1]

        return str(wait_for(found, 20, f"the event {parts}"))

    def notifications(self, service: str) -> list[dict[str, str]]:
        """Return what the contact of a service was told so far."""
        rows = self.cluster.outbox.read_text().splitlines() if self.cluster.outbox.exists() else []
        told = [dict(field.partition("=")[::2] for field in row.split("|")) for row in rows if row.startswith("type=")]
        return [each for each in told if each["service"].startswith(f"{service} ")]

    def state(self, service: str) -> dict[str, Any]:
        """Return what the scheduler knows of a service, once it was checked."""

        def found() -> dict[str, Any] | None:
            row: dict[str, Any] = self.cluster.ask("scheduler-master", f"dump?details=1&o_name=site/{service}")[0]
            return row if row["last_check"] else None

        return dict(wait_for(found, 20, f"the first result of {service}"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], Path]) -> Iterator[Site]:
    """Return an installation whose checks are Debian's plugins, and the web server they look at."""
    plugins = {needs(name).parent for name in ("check_load", "check_disk", "check_tcp", "check_http")}
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "pages").mkdir()
    (folder / "pages" / "page.html").write_text(PAGE)
    (folder / "seven.sh").write_text(SEVEN)
    (folder / "lines.sh").write_text(LINES)
    web, machine = WebServer(folder / "pages"), WebServer(folder / "pages")
    macros = {
        "plugins": plugins.pop(),
        "site": folder,
        "httpport": web.port,
        "hostport": machine.port,
        "told": TOLD,
    }
    settings = "\n".join([*(f"_{name} = {value}" for name, value in macros.items()), "log_active_checks = 1"])
    try:
        with running(write(folder, SITE, settings=settings)) as cluster:
            yield Site(cluster, web, machine)
    finally:
        web.stop()
        machine.stop()


def test_a_web_server_that_stops_is_alerted_told_of_once_and_its_return_too(site: Site) -> None:
    cluster = site.cluster
    assert site.state("web")["state"] == "OK"
    site.wait_for_line("INFO", "ACTIVE SERVICE CHECK: site;web;OK;", "HTTP OK: HTTP/1.0 200 OK")
    site.wait_for_line("INFO", "ACTIVE HOST CHECK: site;UP;", "TCP OK")

    site.web.stop()
    refused = f"connect to address 127.0.0.1 and port {site.web.port}: Connection refused"
    site.wait_for_line("ERROR", f"ACTIVE SERVICE CHECK: site;web;CRITICAL;1;{refused}")
    site.wait_for_line("ERROR", f"SERVICE ALERT: site;web;CRITICAL;SOFT;1;{refused}")
    site.wait_for_line("ERROR", f"SERVICE ALERT: site;web;CRITICAL;HARD;2;{refused}")
    site.wait_for_line("ERROR", f"SERVICE NOTIFICATION: oncall;site;web;CRITICAL;1;tell;{refused}")
    site.wait_for_line("ERROR", f"SERVICE ALERT: site;port;CRITICAL;HARD;1;{refused}")
    site.wait_for_line("ERROR", f"SERVICE NOTIFICATION: oncall;site;port;CRITICAL;1;tell;{refused}")
    told = wait_for(lambda: site.notifications("web"), 10, "the notification")[0]
    assert told["type"] == "PROBLEM"
    assert told["number"] == "1"
    assert told["to"] == "oncall oncall@example.org oncall"
    assert told["host"] == "site The site 127.0.0.1 UP"
    assert told["service"] == "web Web pages"
    assert told["state"] == "CRITICAL 2 HARD CRITICAL"
    assert told["attempt"] == "2/2"
    assert told["output"] == refused
    assert told["perf"] == ""
    assert told["check"] == "check_http"
    assert told["custom"] == "B7 the web team"
    assert re.fullmatch(
        r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \S+ \d{4} \d\d-\d\d-\d{4} \d\d:\d\d:\d\d "
        r"\d\d-\d\d-\d{4} \d\d:\d\d:\d\d \d{10}",
        told["at"],
    )

    problems = len(site.lines("ACTIVE SERVICE CHECK: site;web;CRITICAL;2;"))
    wait_for(lambda: len(site.lines("ACTIVE SERVICE CHECK: site;web;CRITICAL;2;")) >= problems + 2, 10, "more checks")
    assert len(site.notifications("web")) == 1
    assert len(site.notifications("port")) == 1
    assert len(site.lines("SERVICE NOTIFICATION: oncall;site;web;")) == 1
    assert len(site.lines("SERVICE ALERT: site;web;CRITICAL;")) == 2

    site.web.start()
    site.wait_for_line("INFO", "SERVICE ALERT: site;web;OK;HARD;2;HTTP OK: HTTP/1.0 200 OK")
    site.wait_for_line("INFO", "SERVICE NOTIFICATION: oncall;site;web;OK;0;tell;HTTP OK: HTTP/1.0 200 OK")
    told = wait_for(lambda: site.notifications("web")[1:], 10, "the recovery")[0]
    assert (told["type"], told["number"]) == ("RECOVERY", "0")
    assert told["state"].startswith("OK 0 HARD")
    assert told["perf"].startswith("time=0.")
    assert "HTTP OK: HTTP/1.0 200 OK" in told["output"]
    assert len({each["id"] for each in site.notifications("web")}) == 2
    assert not [line for line in cluster.events() if "NOTIFICATION: admin;site;web" in line]


def test_what_looks_at_the_machine_brings_performance_data(site: Site) -> None:
    load, disk = site.state("load"), site.state("disk")
    assert (load["state"], disk["state"]) == ("OK", "OK")
    assert load["output"].startswith("LOAD OK - total load average:")
    assert "load1=" in load["perf_data"]
    assert "load15=" in load["perf_data"]
    assert disk["output"].startswith("DISK OK - free space: /")
    assert disk["perf_data"].startswith("/=")


def test_a_plugin_that_is_not_there_is_named_and_the_others_go_on(site: Site) -> None:
    gone = site.state("gone")
    assert gone["state"] == "UNKNOWN"
    assert "check_that_nobody_installed: No such file or directory" in gone["output"]
    line = site.wait_for_line("INFO", "SERVICE ALERT: site;gone;UNKNOWN;HARD;1;")
    assert "check_that_nobody_installed: No such file or directory" in line
    before = len(site.lines("ACTIVE SERVICE CHECK: site;load;OK;"))
    wait_for(lambda: len(site.lines("ACTIVE SERVICE CHECK: site;load;OK;")) > before, 10, "another check of the load")


def test_a_plugin_that_hangs_is_stopped_and_has_the_state_of_the_configuration(site: Site) -> None:
    slow = site.state("slow")
    assert slow["state"] == "CRITICAL"
    assert slow["output"] == "(Service check timed out after 1 seconds)"
    site.wait_for_line("ERROR", "SERVICE ALERT: site;slow;CRITICAL;HARD;1;(Service check timed out after 1 seconds)")


def test_an_exit_code_that_means_nothing_is_unknown_and_the_output_stays(site: Site) -> None:
    seven = site.state("seven")
    assert seven["state"] == "UNKNOWN"
    assert (seven["output"], seven["perf_data"]) == ("seven is no state", "n=7")
    site.wait_for_line("INFO", "SERVICE ALERT: site;seven;UNKNOWN;HARD;1;seven is no state")


def test_many_lines_become_output_long_output_and_performance_data(site: Site) -> None:
    lines = site.state("lines")
    assert lines["state"] == "WARNING"
    assert lines["output"] == "hello | pipe"
    assert lines["long_output"] == "long1\nlong2"
    assert lines["perf_data"] == "a=1;2;3 b=4 c=5"
    site.wait_for_line("WARNING", "SERVICE ALERT: site;lines;WARNING;HARD;1;hello | pipe")
    site.wait_for_line("WARNING", "SERVICE NOTIFICATION: admin;site;lines;WARNING;1;outbox;hello | pipe")


def test_a_host_that_does_not_answer_is_down_and_told_of(site: Site) -> None:
    site.machine.stop()
    site.cluster.command("SCHEDULE_FORCED_HOST_CHECK;site;0")
    refused = f"connect to address 127.0.0.1 and port {site.machine.port}: Connection refused"
    site.wait_for_line("ERROR", f"ACTIVE HOST CHECK: site;DOWN;1;{refused}")
    site.wait_for_line("ERROR", f"HOST ALERT: site;DOWN;HARD;1;{refused}")
    site.wait_for_line("ERROR", f"HOST NOTIFICATION: admin;site;DOWN;1;outbox;{refused}")
    site.cluster.wait_for_outbox("PROBLEM|admin|site|n/a|DOWN|")
    site.machine.start()
    site.cluster.command("SCHEDULE_FORCED_HOST_CHECK;site;0")
    site.wait_for_line("INFO", "HOST ALERT: site;UP;HARD;1;TCP OK")
    site.wait_for_line("INFO", "HOST NOTIFICATION: admin;site;UP;0;outbox;TCP OK")
    site.cluster.wait_for_outbox("RECOVERY|admin|site|n/a|UP|")
