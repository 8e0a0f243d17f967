"""What goes with a downtime: a comment that says how long it lasts, and commands that are left alone."""

from __future__ import annotations

from alignak.messages.work import Work
from alignak.model.objects import CommandCall
from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, Site


def test_a_comment_says_when_a_downtime_begins_and_ends_and_goes_with_it() -> None:
    """engine.md 4.10 "automatic comment"."""
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **PASSIVE))
    now = int(play.clock.now().wall)
    play.command(f"SCHEDULE_HOST_DOWNTIME;h;{now};{now + 3_600};1;0;0;me;works")
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 3_600};0;0;5400;me;works")
    (fixed,), (flexible,) = (play.item(key).state.comments.values() for key in ("h", "h;s"))
    assert fixed.entry_type == flexible.entry_type == 2
    assert fixed.comment.startswith(
        "This host has been scheduled for fixed downtime from 2025-11-24 12:00:00 to 2025-11-24 13:00:00"
    )
    assert flexible.comment.startswith(
        "This service has been scheduled for flexible downtime starting between 2025-11-24 12:00:00 and "
        "2025-11-24 13:00:00 and lasting for a period of 1 hours and 30 minutes"
    )
    play.after(3_601)
    assert not play.item("h").state.comments
    assert not play.item("h;s").state.comments


def test_event_handlers_are_left_alone_in_a_downtime_unless_they_are_wanted_there() -> None:
    """engine.md 4.10 "event handlers"."""
    for is_quiet, run in ((True, 0), (False, 1)):
        handled = {"event_handler": CommandCall("eh"), "event_handler_enabled": True}
        site = Site(no_event_handlers_during_downtimes=is_quiet).host("h", **PASSIVE)
        play = Playbook(site.service("h", "s", **handled, **PASSIVE))
        now = int(play.clock.now().wall)
        play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 60};1;0;0;me;works")
        lines = play.passive("h;s", 2, "bad")
        assert "SERVICE ALERT: h;s;CRITICAL;HARD;1;bad" in lines
        assert len([each for each in play.sent if each.work is Work.EVENT_HANDLER]) == run
        play.after(61)
        play.sent.clear()
        play.passive("h;s", 0)
        assert len([each for each in play.sent if each.work is Work.EVENT_HANDLER]) == 1


def test_downtimes_comments_and_who_was_told_are_there_after_a_restart() -> None:
    """engine.md 4.13 "dictionaries"."""
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", notification_interval=10, **PASSIVE))
    now = int(play.clock.now().wall)
    play.passive("h;s", 2, "bad")
    play.command("ADD_SVC_COMMENT;h;s;1;me;look at the fan")
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now + 100};{now + 200};1;0;0;me;works")
    before = play.item("h;s").state
    play.told()
    play.restart(50)
    after = play.item("h;s").state
    assert (after.comments, after.downtimes, after.notified_contacts) == (
        before.comments,
        before.downtimes,
        {"admin": "CRITICAL"},
    )
    assert any("DOWNTIME ALERT: h;s;STARTED" in line for line in play.after(51))
    assert any("DOWNTIME ALERT: h;s;STOPPED" in line for line in play.after(100))
    play.command(f"DEL_SVC_COMMENT;{next(iter(after.comments))}")
    play.passive("h;s", 0)
    assert [type_ for _, type_ in play.messages()][-1] == "RECOVERY"
