"""Times during which one contact is told nothing (engine.md 4.10 "Contact downtimes")."""

from __future__ import annotations

import pytest

from alignak.model.objects import Contact
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

NOW = int(MONDAY_NOON)


@pytest.fixture
def play() -> Playbook:
    site = Site().host("admin", **PASSIVE)
    site.service("admin", "s", contacts=("admin", "guest"), notification_interval=5, **PASSIVE)
    return Playbook(site.contact("guest"))


def downtime(start: int, end: int, comment: str = "holidays") -> str:
    return f"SCHEDULE_CONTACT_DOWNTIME;guest;{NOW + start};{NOW + end};me;{comment}"


def told(play: Playbook) -> list[str]:
    return [who for who, _ in play.messages()]


def test_a_contact_in_downtime_is_told_nothing_and_the_others_are(play: Playbook) -> None:
    """engine.md 4.10 "contact downtimes"."""
    assert play.command(downtime(0, 600)) == [
        "CONTACT DOWNTIME ALERT: guest;STARTED; Contact has entered a period of scheduled downtime"
    ]
    play.passive("admin;s", 2)
    assert told(play) == ["admin"]
    (veto,) = play.item("admin;s").vetoes
    assert (veto.stage, veto.contact, veto.until) == ("contact downtime", "guest", NOW + 600)
    assert play.after(599) == ["SERVICE NOTIFICATION: admin;admin;s;CRITICAL;2;notify-service;"]
    assert (
        play.after(2)[0]
        == "CONTACT DOWNTIME ALERT: guest;STOPPED; Contact has exited from a period of scheduled downtime"
    )
    assert told(play) == ["admin", "admin", "guest"]


def test_a_downtime_begins_at_its_time_and_survives_a_restart(play: Playbook) -> None:
    assert play.command(downtime(100, 200)) == []
    play.restart(50)
    assert len(play.after(51)) == 1
    play.passive("admin;s", 2)
    assert told(play) == ["admin"]
    play.restart(200)
    assert len(play.after(0)) == 1
    assert play.engine.world.own.contact_downtimes == {}


def test_a_downtime_that_is_deleted_is_cancelled_by_the_id_every_scheduler_gives_it(play: Playbook) -> None:
    play.command(downtime(0, 600))
    ((downtime_id, _),) = play.engine.world.own.contact_downtimes["guest"].items()
    other = Playbook(Site().contact("guest"))
    other.command(downtime(0, 600))
    assert list(other.engine.world.own.contact_downtimes["guest"]) == [downtime_id]
    assert play.command(f"DEL_CONTACT_DOWNTIME;{downtime_id}") == [
        "CONTACT DOWNTIME ALERT: guest;CANCELLED; Scheduled downtime for contact has been cancelled."
    ]
    assert "there is no downtime" in play.refused(f"DEL_CONTACT_DOWNTIME;{downtime_id}")


def test_downtimes_that_overlap_are_one_silence_and_all_go_at_once(play: Playbook) -> None:
    play.command(downtime(0, 300, "a"))
    assert play.command(downtime(0, 600, "b")) == []
    assert play.command(downtime(0, 600, "b")) == []
    assert len(play.engine.world.own.contact_downtimes["guest"]) == 2
    assert play.after(301) == []
    play.command(downtime(400, 600, "c"))
    assert play.command("DEL_ALL_CONTACT_DOWNTIMES;guest")[0].startswith("CONTACT DOWNTIME ALERT: guest;CANCELLED")
    assert play.after(1_000) == []


@pytest.mark.parametrize("times", [(0, 0), (100, 50), (-100, -50)], ids=["empty", "backwards", "over"])
def test_a_downtime_that_makes_no_sense_is_refused(play: Playbook, times: tuple[int, int]) -> None:
    assert "is over or ends before it begins" in play.refused(downtime(*times))
    assert play.engine.world.own.contact_downtimes == {}


def test_followers_see_a_contact_in_downtime(play: Playbook) -> None:
    play.command(downtime(0, 600))
    status = play.broks("update_contact_status")[-1].data
    assert status["in_scheduled_downtime"] is True
    assert [each["comment"] for each in status["downtimes"].values()] == ["holidays"]  # type: ignore[union-attr, index, call-overload]
    play.after(601)
    assert play.engine.world.own.contact_downtimes == {}


def test_a_contact_who_leaves_takes_the_downtimes_along(play: Playbook) -> None:
    play.command(downtime(0, 600))
    play.reconfigure(Site().host("admin", **PASSIVE).part())
    assert play.engine.world.own.contact_downtimes == {}
    assert play.after(1_000) == []


def test_a_contact_downtime_ends_by_the_wall_clock(play: Playbook) -> None:
    play.command(downtime(0, 3_600))
    play.step_wall(7_200)
    assert len(play.after(0)) == 1


def test_a_contact_is_told_within_another_period_until_that_is_taken_back(play: Playbook) -> None:
    play.step_wall(8 * 3600)
    play.command("CHANGE_CONTACT_SVC_NOTIFICATION_TIMEPERIOD;guest;workhours")
    assert play.broks("update_contact_status")[0].data["modified_service_attributes"] == 65536
    play.restart()
    play.passive("admin;s", 2)
    assert told(play) == ["admin"]
    play.command("CHANGE_CONTACT_MODSATTR;guest;0")
    play.after(300)
    assert told(play) == ["admin", "guest"]


def test_a_contact_switched_off_is_as_configured_again_without_its_bit(play: Playbook) -> None:
    play.command("DISABLE_CONTACT_SVC_NOTIFICATIONS;guest")
    assert play.broks("update_contact_status")[0].data["service_notifications_enabled"] is False
    play.command("CHANGE_CONTACT_MODSATTR;guest;1")
    play.passive("admin;s", 2)
    assert told(play) == ["admin"]
    play.command("CHANGE_CONTACT_MODSATTR;guest;0")
    play.passive("admin;s", 1)
    assert told(play) == ["admin", "guest"]


@pytest.mark.parametrize("bits", ["2", "-1", "x", "1e3", "99999999999999999999", ""])
def test_bits_that_mean_nothing_of_a_contact_are_refused(play: Playbook, bits: str) -> None:
    assert play.refused(f"CHANGE_CONTACT_MODHATTR;guest;{bits}")


def test_a_custom_variable_of_a_contact_is_changed_and_comes_back() -> None:
    site = Site()
    site.contacts[0] = Contact("admin", ways=("admin_way",), customs={"_DESK": "1"})
    play = Playbook(site)
    play.command("CHANGE_CUSTOM_CONTACT_VAR;admin;desk;2;b")
    play.restart()
    assert play.engine.world.contacts["admin"].customs == {"_DESK": "2;b"}
    assert "has no custom variable" in play.refused("CHANGE_CUSTOM_CONTACT_VAR;admin;phone;2")
    play.command("CHANGE_CONTACT_MODATTR;admin;0")
    assert play.engine.world.contacts["admin"].customs == {"_DESK": "1"}
