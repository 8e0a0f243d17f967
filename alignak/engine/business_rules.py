"""Business rules while they run: what they say, in which words, and when they are worked out (configuration.md 3.9).

``internals`` calls ``result_of`` when the check of a rule is due. ``engine`` calls ``settle`` at the end of each event:
rules about what has changed are worked out at once, each once, those that others are about first. So a rule is never
older than what it is about, and a change costs as much as the rules that hold what changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Final

from msgspec.structs import replace

from alignak.base.ids import Cause, ObjectKey
from alignak.engine import checks, modulations, schedule
from alignak.engine.leaves import COMMAND, rule_state, value_of
from alignak.engine.macros import expand
from alignak.engine.rule_leaves import Finder
from alignak.engine.state import Item
from alignak.engine.turn import Turn
from alignak.engine.underway import Result
from alignak.model.calls import CommandCall
from alignak.model.rules import BusinessRule, Malformed, parse
