"""What a device answers to a request, as far as INDI lets one tell. No I/O, and no clock.

INDI has no ids: whether an update is the answer to a request, or was on its way already, must be seen from what it
says. Sure are an end after the device was Busy with it, and Alert before that. The values that were asked for, at once,
are likely the answer; but some devices show first where they are going to, and then turn Busy. Anything else is
perhaps: a device that rounds, or shows something else than what it is asked for, answers so; and so does one that
happens to tell its position just then. And a device that is at it turns to Alert for a moment where it refuses somebody
else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from lightapt_protocol.messages import AnyRequest, DelProperty
from lightapt_protocol.mirror import Change, ChangeKind, Property
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State

from .errors import AlertError, ClientError, DisconnectedError, MissingError
from .requests import is_as_asked

__all__ = ["GRACE", "Answer", "Certainty", "Verdict"]

_CONNECTION: Final = str(Standard.CONNECTION)
GRACE: Final = 0.5
"""Seconds that a device gets, when it has answered perhaps, to turn Busy or to define a property again."""


class Certainty(Enum):
    """Whether something is the answer."""

    SURE = auto()
    LIKELY = auto()
    PERHAPS = auto()


_SURE, _PERHAPS = Certainty.SURE, Certainty.PERHAPS


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a request.

    Attributes:
        certainty: Whether that is the answer.
        prop: The property when it was done; None where it was not.
        error: Why it was not.
    """

    certainty: Certainty
    prop: Property | None = None
    error: ClientError | None = None

    def result(self) -> Property:
        """Return the property.

        Raises:
            ClientError: It was not done.
        """
        if self.prop is None:
            raise self.error or ClientError("there is no answer")
        return self.prop


class Answer:
    """Listens for what becomes of a request.

    Args:
        request: The request.
        before: The property as it was when that was sent.
        echoes: Whether the device, as it begins, shows what it was asked for, as cameras show the time of an exposure:
            what is Busy with something else is at another's request then.
        is_there: Whether a property that has come to its end has done what was asked, though it shows other values.

    Attributes:
        verdict: As far as it is known; None while the device is at it, or silent.
        is_under_way: Whether the device has begun with it.
    """

    def __init__(
        self,
        request: AnyRequest,
        before: Property,
        *,
        echoes: bool = False,
        is_there: Callable[[Property], bool] = lambda _: False,
    ) -> None:
        self.verdict: Verdict | None = None
        self.is_under_way = False
        self._request = request
        self._before = before
        self._echoes = echoes
        self._is_there = is_there
        self._has_changed = False
        self._was_lost = False
        # With something else, perhaps, to which this request puts an end before it is begun with.
        self._was_busy_before = before.state is State.BUSY
        self._words = _Words()
        self._loss: AlertError | None = None

    def heard(self, change: Change) -> Verdict | None:
        """Take a change of the device, and return the verdict now."""
        if change.kind is ChangeKind.NOTICE and change.name in ("", self._request.name):
            self._words.hear(change.text)
        elif change.name == self._request.name:
            self._hear(change)
        elif change.name == _CONNECTION and change.kind is not ChangeKind.NOTICE:
            self._hear_of_hardware(change)
        if self._loss is not None and self.verdict is not None:
            self.verdict = self._without_hardware(self.verdict, self._loss)
        return self.verdict

    def lost(self) -> None:
        """Take note that the connection was lost meanwhile."""
        self._was_lost = True
        if self.verdict is not None and isinstance(self.verdict.error, MissingError):
            # A server that ends takes leave of its devices first.
            self.verdict = Verdict(_PERHAPS, error=DisconnectedError(str(self.verdict.error)))

    def _hear(self, change: Change) -> None:
        if change.kind is ChangeKind.DELETED:
            self._has_changed = True
            kind = DisconnectedError if self._was_lost else MissingError
            what = f"{change.device}.{change.name} was gone before it had answered"
            if isinstance(change.message, DelProperty) and not change.message.name:
                what = f"{change.device} is gone, and has not answered for {change.name}: its driver has ended"
            # Some devices define a property anew in answer to a request.
            self.verdict = Verdict(_PERHAPS, error=kind(what))
        elif change.current is not None and self._may_be_an_answer(change.kind, change.current):
            self._judge(change.current, getattr(change.message, "message", ""))

    def _may_be_an_answer(self, kind: ChangeKind, now: Property) -> bool:
        """Return whether a change may answer: a definition that is as before is for another client, who has come."""
        if kind is not ChangeKind.DEFINED:
            return kind is ChangeKind.UPDATED
        is_news = (now.state, now.members) != (self._before.state, self._before.members)
        return is_news or self._has_changed or is_as_asked(now, self._request)

    def _hear_of_hardware(self, change: Change) -> None:
        """Take note whether the driver has lost the hardware: then CONNECTION is in Alert."""
        is_lost = change.current is not None and change.current.state is State.ALERT
        words = getattr(change.message, "message", "")
        self._loss = AlertError(change.device, change.name, words) if is_lost else None

    def _without_hardware(self, verdict: Verdict, loss: AlertError) -> Verdict:
        """Return what a verdict is worth when the hardware is lost: a failure is sure then, and so is a mere end."""
        if (prop := verdict.prop) is None:
            return Verdict(_SURE, error=verdict.error)
        is_end = prop.state is State.IDLE and not is_as_asked(prop, self._request)
        return Verdict(_SURE, error=loss) if is_end else verdict

    def _judge(self, prop: Property, words: str) -> None:
        self._has_changed = True
        match prop.state:
            case State.BUSY:
                self.verdict = None
                self.is_under_way = self.is_under_way or not self._echoes or is_as_asked(prop, self._request)
            case State.ALERT:
                reason = words or self._words.reason
                self.verdict = Verdict(self._certainty(reason), error=AlertError(prop.device, prop.name, reason))
            case State.OK | State.IDLE:
                self.verdict = self._failed() or self._of_an_end(prop)

    def _failed(self) -> Verdict | None:
        """Return that it has failed, if an Alert stands that was followed by an end, and not by Busy."""
        alert = self.verdict.error if self.verdict is not None and self.is_under_way else None
        return Verdict(_SURE, error=alert) if isinstance(alert, AlertError) else None

    def _certainty(self, reason: str) -> Certainty:
        """Return how sure it is that an Alert is for this request."""
        if self.is_under_way and not self._was_busy_before:
            return _PERHAPS  # another's request may be refused because of this one: then it is Busy again at once
        was_so = self._before.state is State.ALERT and not self.is_under_way
        return _PERHAPS if was_so and not reason else _SURE

    def _of_an_end(self, prop: Property) -> Verdict:
        if is_as_asked(prop, self._request):
            return Verdict(_SURE if self.is_under_way else Certainty.LIKELY, prop)
        if self._was_lost and prop.state is State.IDLE:
            words = f"{prop.device}.{prop.name}: the connection was lost, and now the device is idle"
            return Verdict(_SURE, error=DisconnectedError(words))
        was_other, self._was_busy_before = self._was_busy_before, False
        if self.is_under_way and was_other and self._is_there(prop):
            return Verdict(Certainty.LIKELY, prop)  # else it may be the end of what was there before
        return Verdict(_SURE if self.is_under_way and not was_other else _PERHAPS, prop)


class _Words:
    """What a driver said: libindi's drivers send the reason of an Alert as a message of its own before it.

    Attributes:
        reason: The last error; where there was none, the last words.
    """

    def __init__(self) -> None:
        self.reason = ""
        self._is_error = False

    def hear(self, text: str) -> None:
        """Take a message."""
        is_error = text.startswith("[ERROR]")
        if is_error or not self._is_error:
            self.reason, self._is_error = text, is_error
