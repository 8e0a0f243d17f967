"""What is known after a restart, and what is not (engine.md 4.13)."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from alignak.engine.decisions import Warn
from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site


def site(settings: dict[str, object] | None = None, **policy: object) -> Site:
    given = {"flap_detection_options": ("o", "c"), **PASSIVE, **policy}
    return Site(**(settings or {})).host("h", **PASSIVE).service("h", "s", **given)


def lived(play: Playbook) -> Playbook:
    """Have a service become a problem that is acknowledged, commented, and switched by a command."""
    play.passive("h;s", 2, "bad")
    play.command("ACKNOWLEDGE_SVC_PROBLEM;h;s;2;0;0;me;seen")
    play.command("ADD_SVC_COMMENT;h;s;0;me;remember")
    play.command("CHANGE_MAX_SVC_CHECK_ATTEMPTS;h;s;5")
    play.command("DISABLE_SVC_EVENT_HANDLER;h;s")
    play.command("DISABLE_NOTIFICATIONS")
    return play


def comments(play: Playbook) -> list[str]:
    return [each.comment for each in play.item("h;s").state.comments.values()]


def test_everything_is_kept_by_default_and_goes_before_the_configuration() -> None:
    """engine.md 4.13 "saved properties", "overrides the configuration"."""
    play = lived(Playbook(site(event_handler_enabled=True)))
    play.restart(60)
    state, policy = play.item("h;s").state, play.item("h;s").policy
    assert (state.state, state.output, comments(play)) == ("CRITICAL", "bad", ["seen", "remember"])
    assert state.acknowledgement is not None
    assert (policy.max_check_attempts, policy.event_handler_enabled) == (5, False)
    assert not play.engine.world.settings.enable_notifications


def test_an_object_that_does_not_retain_its_status_is_pending_again_with_what_people_changed() -> None:
    play = lived(Playbook(site(retain_status_information=False)))
    play.restart(60)
    state = play.item("h;s").state
    assert (state.state, state.output, state.acknowledgement, state.notified_contacts) == ("PENDING", "", None, {})
    assert comments(play) == ["remember"]
    assert play.item("h;s").policy.max_check_attempts == 5


def test_an_object_that_does_not_retain_the_rest_is_as_configured_in_the_state_it_had() -> None:
    play = lived(Playbook(site(event_handler_enabled=True, retain_nonstatus_information=False)))
    play.restart(60)
    state, policy = play.item("h;s").state, play.item("h;s").policy
    assert (state.state, state.modified_attributes) == ("CRITICAL", 0)
    assert (policy.max_check_attempts, policy.event_handler_enabled) == (1, True)


def test_nothing_is_kept_when_the_program_retains_nothing() -> None:
    play = lived(Playbook(site({"retain_state_information": False})))
    play.restart(60)
    assert play.item("h;s").state.state == "PENDING"
    assert play.engine.world.settings.enable_notifications


def test_what_was_lived_through_by_a_flapping_object_is_kept_or_forgotten_as_a_whole() -> None:
    for keeps in (True, False):
        play = Playbook(site(retain_status_information=keeps))
        for number in range(20):
            play.passive("h;s", 0 if number % 2 else 2)
        assert play.item("h;s").state.is_flapping
        play.restart()
        state = play.item("h;s").state
        assert (state.is_flapping, bool(state.comments), state.flapping_history > 0) == (keeps, keeps, keeps)


def test_contacts_who_are_gone_are_dropped_with_a_warning() -> None:
    """engine.md 4.13 "unknown contacts"."""
    play = Playbook(site(contacts=("admin", "guest")).contact("guest"))
    play.passive("h;s", 2)
    assert set(play.item("h;s").state.notified_contacts) == {"admin", "guest"}
    play.part = site().part()
    play.restart()
    assert set(play.item("h;s").state.notified_contacts) == {"admin"}
    assert [each.message for each in play.decided if isinstance(each, Warn)] == [
        "the contact 'guest' was told of 1 problem(s) and does not exist any more, it is dropped"
    ]


def test_a_restart_makes_no_burst_however_long_it_took() -> None:
    """engine.md 4.13: the time of the next check is kept; what was missed is spread again."""
    many = Site()
    for number in range(120):
        many.host(f"h{number}", **{**ACTIVE, "check_interval": 5})
    for away in (5.0, 20.0, 3_600.0):
        play = Playbook(many)
        play.after(900)
        for key in list(play.checks):
            play.outcome(key, 0)
        before = {key: item.state.next_chk for key, item in play.engine.world.items.items()}
        play.restart(away)
        now = play.clock.now().wall
        kept = [key for key, at in before.items() if at > now and play.item(key).state.next_chk == at]
        assert kept == [key for key, at in before.items() if at > now]
        seconds = Counter(int(item.state.next_chk - now) for item in play.engine.world.items.values())
        assert max(seconds.values()) <= 6
        assert all(0 <= each <= 300 for each in seconds)


def test_a_clock_that_is_set_moves_what_is_planned_and_keeps_the_rhythm() -> None:
    """engine.md 4.2 "time change"."""
    for step in (-7_200.0, -900.0, 900.0, 86_400.0):
        play = Playbook(Site().host("h", **{**ACTIVE, "check_interval": 5}))
        play.check("h", 0)
        planned = play.item("h").state.next_chk
        play.after(100)
        play.step_wall(step)
        assert play.item("h").state.next_chk == planned + step
        assert abs(play.until_checked("h") - 200) < 1


def test_a_state_of_a_part_that_is_not_forgetful_is_the_very_same() -> None:
    part = site().part()
    play = Playbook(replace(part, settings=replace(part.settings, log_alerts=False)))
    play.passive("h;s", 2, "bad")
    before = play.item("h;s").state
    play.restart()
    assert play.item("h;s").state == before
