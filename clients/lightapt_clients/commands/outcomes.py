"""What becomes of switches that were set: which are Busy as long as they last, and whether it was done. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lightapt_protocol.members import OneSwitch
from lightapt_protocol.messages import AnyRequest
from lightapt_protocol.mirror import Property
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State, SwitchRule

from ..requests import is_as_asked, otherwise

__all__ = ["Outcome", "lasts"]

_LASTING: Final[Mapping[str, Iterable[str]]] = {
    str(Standard.TELESCOPE_TRACK_STATE): ("TRACK_ON",),
    str(Standard.TELESCOPE_MOTION_NS): Standard.TELESCOPE_MOTION_NS.members,
    str(Standard.TELESCOPE_MOTION_WE): Standard.TELESCOPE_MOTION_WE.members,
    str(Standard.SAT_TRACKING_STAT): ("SAT_TRACK",),
    str(Standard.CCD_COOLER): ("COOLER_ON",),
    str(Standard.CCD_VIDEO_STREAM): ("STREAM_ON",),
    str(Standard.RECORD_STREAM): ("RECORD_ON",),
    str(Standard.WEATHER_OVERRIDE): ("OVERRIDE",),
}
"""What is Busy until somebody stops it. A dome's motion is not among these: that of a roof comes to an end."""
_ENDING: Final[Mapping[str, Iterable[str]]] = {str(Standard.RECORD_STREAM): ("RECORD_DURATION_ON", "RECORD_FRAME_ON")}
"""What goes off by itself when it is done. Else a standard property shows its choice for as long as it holds."""
_STANDARD: Final = frozenset(map(str, Standard))


def lasts(request: AnyRequest) -> bool:
    """Whether a request begins what a device is Busy with until it is stopped."""
    return any(name in _LASTING.get(request.name, ()) for name in _turned_on(request))


def _turned_on(request: AnyRequest) -> list[str]:
    return [one.name for one in request.members if isinstance(one, OneSwitch) and one.value]


class Outcome:
    """Whether switches that were set have done what they were set for, though they may have gone off again.

    Args:
        request: What they were set to.
    """

    def __init__(self, request: AnyRequest) -> None:
        self._request = request
        self._was_as_asked = False
        self._is_replaced = False

    def look(self, prop: Property) -> None:
        """Take note of what the property shows, of each change since the request was sent."""
        is_so = is_as_asked(prop, self._request)
        self._was_as_asked = self._was_as_asked or is_so
        if prop.state is State.BUSY:
            self._is_replaced = self._was_as_asked and not is_so

    def otherwise(self, end: Property) -> str:
        """Return in words what a property shows in the end in place of what it was set to; empty where it was done.

        Switches none of which is on are buttons, whatever their rule, and so are those of which any may be on, if they
        were on meanwhile. Of choices another may be on when they were done: but not where a device says Ok to that, has
        begun with another meanwhile, or the property is a standard one whose choice stays.
        """
        words = otherwise(end, self._request)
        turned_on = _turned_on(self._request)
        if not words or (turned_on and not end.switches_on()):
            return ""
        if not turned_on or not self._was_as_asked:
            return words
        if end.rule is SwitchRule.ANY_OF_MANY:
            return ""
        is_over = not self._is_replaced and (self._ends_by_itself(turned_on) or self._may_be_over(end))
        return "" if is_over else words

    def _ends_by_itself(self, turned_on: Iterable[str]) -> bool:
        return any(name in _ENDING.get(self._request.name, ()) for name in turned_on)

    def _may_be_over(self, end: Property) -> bool:
        return end.state is State.IDLE and end.name not in _STANDARD
