"""Times during which one contact is told nothing (engine.md 4.10); they are fixed.

``contact_effects`` plans and cancels them, ``engine`` calls ``on_due`` when one begins or ends, ``arming`` sets the
timers at the start. They belong to the engine's own state. As every scheduler is told of them, the id is made from what
is said: it is the same everywhere, and saying the same again changes nothing.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from msgspec.structs import replace

from alignak.base.ids import ObjectKey
from alignak.engine import broks
from alignak.engine.state import Downtime
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer

_ID_BYTES: Final = 6


def plan(turn: Turn, contact: str, downtime: Downtime) -> str:
    """Keep a downtime of a contact, begin it when its time has come, and return its id, which is filled in here."""
    downtime_id = downtime_id_of(contact, downtime)
    known = turn.world.own.contact_downtimes.setdefault(contact, {})
    if downtime_id not in known:
        known[downtime_id] = replace(downtime, id=downtime_id, entry_time=turn.now.wall)
        _tell_change(turn, contact)
        on_due(turn, key_of(contact))
    return downtime_id


def downtime_id_of(contact: str, downtime: Downtime) -> str:
    """Return the id of a downtime: the same on every scheduler."""
    said = (contact, f"{downtime.start_time:.0f}", f"{downtime.end_time:.0f}", downtime.author, downtime.comment)
    return f"c-{blake2b(';'.join(said).encode(errors='replace'), digest_size=_ID_BYTES).hexdigest()}"


def cancel(turn: Turn, contact: str, downtime_id: str) -> bool:
    """Forget a downtime before its end; return False when there is none with this id."""
    downtime = turn.world.own.contact_downtimes.get(contact, {}).get(downtime_id)
    if downtime is None:
        return False
    _forget(turn, contact, downtime)
    if downtime.is_in_effect and not is_in_downtime(turn, contact):
        turn.emit(broks.contact_downtime(turn.world, contact, "CANCELLED", turn.cause))
    watch(turn, contact)
    return True


def is_in_downtime(turn: Turn, contact: str) -> bool:
    """Tell whether a downtime of a contact is in effect."""
    return any(each.is_in_effect for each in turn.world.own.contact_downtimes.get(contact, {}).values())


def on_due(turn: Turn, key: ObjectKey) -> None:
    """End the downtimes of a contact that are over by the wall clock and begin those whose time has come."""
    contact, now = key.removeprefix(";"), turn.now.wall
    for downtime in tuple(turn.world.own.contact_downtimes.get(contact, {}).values()):
        if downtime.end_time <= now:
            _forget(turn, contact, downtime)
            if downtime.is_in_effect and not is_in_downtime(turn, contact):
                turn.emit(broks.contact_downtime(turn.world, contact, "STOPPED", turn.cause))
        elif downtime.start_time <= now and not downtime.is_in_effect:
            _begin(turn, contact, downtime)
    watch(turn, contact)


def _begin(turn: Turn, contact: str, downtime: Downtime) -> None:
    if not is_in_downtime(turn, contact):
        turn.emit(broks.contact_downtime(turn.world, contact, "STARTED", turn.cause))
    begun = replace(downtime, is_in_effect=True, real_end_time=downtime.end_time)
    turn.world.own.contact_downtimes[contact][downtime.id] = begun
    _tell_change(turn, contact)


def _forget(turn: Turn, contact: str, downtime: Downtime) -> None:
    own = turn.world.own.contact_downtimes
    del own[contact][downtime.id]
    if not own[contact]:
        del own[contact]
    _tell_change(turn, contact)


def _tell_change(turn: Turn, contact: str) -> None:
    turn.changed_own()
    turn.emit(broks.update_contact_status(turn.world, contact, turn.cause))


def key_of(contact: str) -> ObjectKey:
    """Return what the timer of a contact is set by; no object has such a key."""
    return ObjectKey(f";{contact}")


def watch(turn: Turn, contact: str) -> None:
    """Set the timer of a contact to the next moment at which one of the downtimes begins or ends."""
    those = turn.world.own.contact_downtimes.get(contact, {}).values()
    times = [each.end_time if each.is_in_effect else each.start_time for each in those]
    if times:
        turn.wheel.set(Timer.CONTACT_DOWNTIME, key_of(contact), turn.now.mono_of(min(times)))
    else:
        turn.wheel.cancel(Timer.CONTACT_DOWNTIME, key_of(contact))


def watch_all(turn: Turn) -> None:
    """Set the timers of all contacts, and forget the downtimes of contacts that are gone."""
    own = turn.world.own.contact_downtimes
    for contact in tuple(own):
        if contact not in turn.world.contacts:
            del own[contact]
            turn.changed_own()
        watch(turn, contact)
