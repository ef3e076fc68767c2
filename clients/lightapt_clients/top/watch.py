"""All that is watched of a server, folded together: what the screens show and what ``--json`` prints. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from lightapt_protocol.mirror import Change, ChangeKind, Mirror

from .hub import HUB, HubWatch, Peer
from .messages import MessageLog
from .traffic import DeviceTraffic, Traffic

__all__ = ["News", "Watch"]


@dataclass(slots=True)
class News:
    """What has changed since it was shown last.

    Attributes:
        touched: Device and name of properties with another value or state.
        is_regrown: Whether properties came or went.
    """

    touched: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    is_regrown: bool = True


class Watch:
    """Takes what the client hears.

    Attributes:
        mirror: The client's.
        hub: What the hub tells of itself.
        traffic: What is heard of each device.
        log: The devices' messages.
        blobs: Format and bytes of the newest BLOB of each member (device, property, member) that one was heard of.
    """

    def __init__(self, mirror: Mirror, *, now: float) -> None:
        self.mirror = mirror
        self.hub = HubWatch()
        self.traffic = Traffic()
        self.log = MessageLog()
        self.blobs: dict[tuple[str, str, str], tuple[str, int]] = {}
        self._news = News()
        self._sampled = now

    def begin(self, now: float) -> None:
        """Take what is known already; call it when changes begin to be followed."""
        self.hub.begin(self.mirror, now)
        self._news.is_regrown = True

    def heard(self, change: Change, *, now: float, time: str) -> None:
        """Take a change, at `now` seconds of a clock that only goes forward; a notice also at a time of the day."""
        self.traffic.heard(change)
        if change.device == HUB:
            self.hub.heard(change, now)
        match change.kind:
            case ChangeKind.UPDATED:
                self._news.touched.add((change.device, change.name))
                for one in change.blobs:
                    self.blobs[change.device, change.name, one.name] = (one.format, one.size)
            case ChangeKind.DEFINED | ChangeKind.DELETED:
                self._news.is_regrown = True
                self._news.touched.add((change.device, change.name))
            case ChangeKind.NOTICE:
                self.log.heard(change, time)
            case ChangeKind.IGNORED:
                pass

    def sample(self, now: float) -> float:
        """Take the rates of the time since the last sample; return how many seconds that was."""
        seconds = max(now - self._sampled, 1e-3)
        self._sampled = now
        self.traffic.sample(seconds)
        self.hub.sample(now)
        return seconds

    def news(self) -> News:
        """Return what has changed since the last time."""
        taken, self._news = self._news, News(is_regrown=False)
        return taken

    def devices(self) -> list[DeviceTraffic]:
        """Return what was heard of the devices that there are."""
        return self.traffic.devices(self.mirror)

    def record(self) -> dict[str, object]:
        """Return the rates for ``--json``."""
        return {
            "messages_per_s": round(self.traffic.trend.last, 3),
            "devices": [_device_record(one) for one in self.devices()],
            "hub": self._hub_record(),
        }

    def _hub_record(self) -> dict[str, object] | None:
        if not self.hub.is_there:
            return None
        counters = {name.lower(): value for name, value in self.hub.totals.items()}
        return {**counters, "peers": [_peer_record(peer) for peer in self.hub.peers()]}


def _device_record(one: DeviceTraffic) -> dict[str, object]:
    return {
        "device": one.name,
        "connected": one.is_connected,
        "messages_per_s": round(one.messages, 3),
        "bytes_per_s": round(one.size, 1),
        "busiest": one.busiest or None,
        "state": one.state.name.capitalize() if one.busiest else None,
        "message": one.words or None,
    }


def _peer_record(peer: Peer) -> dict[str, object]:
    rates = {
        "messages_in_per_s": peer.sent.messages,
        "bytes_in_per_s": peer.sent.size,
        "messages_out_per_s": peer.got.messages,
        "bytes_out_per_s": peer.got.size,
    }
    return {
        "role": peer.role.name.lower(),
        "name": peer.name,
        "away": peer.is_away,
        **{name: round(rate, 3) if peer.is_known else None for name, rate in rates.items()},
        "behind": peer.behind,
        "dropped": peer.dropped,
    }
