"""Which devices there are on the network, and how they are called here. No I/O."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, count

from .management import Listed
from .places import Place

__all__ = ["Offered", "Offers", "Tidings"]


@dataclass(frozen=True, slots=True)
class Offered:
    """A device that was found.

    Attributes:
        key: What it is known by: its unique ID, else where it is. An ID that a server gives to more than one of its
            devices has the type and the number with it.
        name: The name of its INDI device.
        place: Where it was found last.
    """

    key: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Tidings:
    """What a search has brought.

    Attributes:
        new: Devices that were not known.
        moved: Devices that are at another place than they were.
        rekeyed: The new keys of devices that are known, by those that they had: one is where the other was.
        gone: The keys of devices that are known, and that no server has at the moment.
        shared: Unique IDs that a server gives to more than one device, and that were not known as such.
        same: How many of an address's devices are those of others, by the unique IDs: one server has several
            addresses, or is a copy of another. By the address, then by the other.
    """

    new: list[Offered] = field(default_factory=list[Offered])
    moved: list[Offered] = field(default_factory=list[Offered])
    rekeyed: dict[str, str] = field(default_factory=dict[str, str])
    gone: set[str] = field(default_factory=set[str])
    shared: set[str] = field(default_factory=set[str])
    same: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


class Offers:
    """The devices that were found. One that is not found any more stays: its server may be switched off.

    Attributes:
        known: By their keys.
        names: The names that were given, by the keys; those of devices that were known earlier, too.

    Args:
        taken: Names that none of them may have.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.known: dict[str, Offered] = {}
        self.names: dict[str, str] = {}
        self._taken = set(taken)
        self._shared: set[str] = set()

    def found(self, listed: Iterable[Listed]) -> Tidings:
        """Take note of what one search has found."""
        places: dict[str, list[Listed]] = {}
        ordered = sorted(listed, key=_order)
        shared = _shared(ordered) - self._shared
        self._shared |= shared
        for one in ordered:
            places.setdefault(self._key(one), []).append(one)
        tidings = Tidings(gone=set(self.known) - set(places), shared=shared)
        given = Counter(self.names.values())
        for key, ones in places.items():
            if (old := self.known.get(key)) is None:
                if not self._take_over(key, ones, tidings):
                    tidings.new.append(self._take(key, ones[0], given))
            elif old.place not in [one.place for one in ones]:
                self.known[key] = Offered(key, old.name, ones[0].place)
                tidings.moved.append(self.known[key])
            here = self.known[key].place.address
            for there in sorted({one.place.address for one in ones} - {here}):
                tidings.same[there][here] += 1
        return tidings

    def _key(self, listed: Listed) -> str:
        place, unique_id = listed.place, listed.unique_id
        if unique_id not in self._shared:
            return unique_id or _where(place)
        first = self.known.get(unique_id)  # it was alone with its ID, and stays what it is
        if first is not None and (first.place.type, first.place.number) == (place.type, place.number):
            return unique_id
        return f"{unique_id}/{place.type.value}/{place.number}"

    def _take_over(self, key: str, ones: Iterable[Listed], tidings: Tidings) -> bool:
        """Have a key that was never known stand for a device that was at its place, and that no server has any more.

        Some servers give their devices other unique IDs each time.

        Returns:
            Whether there is such a device.
        """
        places = [one.place for one in ones]
        gone = [one for one in self.known.values() if one.key in tidings.gone and one.place in places]
        if not gone or key in self.names:
            return False
        old = gone[-1]
        del self.known[old.key]
        tidings.gone.remove(old.key)
        tidings.rekeyed[old.key] = key
        self.known[key] = Offered(key, old.name, old.place)
        self.names[key] = self.names.pop(old.key, old.name)
        return True

    def _take(self, key: str, listed: Listed, given: Counter[str]) -> Offered:
        given.subtract([self.names[key]] if key in self.names else [])
        name = self._free_name(key, listed, given)
        self._taken.add(name)
        self.names[key] = name
        given[name] += 1
        self.known[key] = Offered(key, name, listed.place)
        return self.known[key]

    def _free_name(self, key: str, listed: Listed, given: Counter[str]) -> str:
        """Return the name that the device had, else its own; where that is taken, with its number or where it is.

        Where all of them are taken, it is counted on until one is free.

        Args:
            key: What it is known by.
            listed: The device.
            given: How often others were given each name.
        """
        place, name = listed.place, listed.name or listed.place.default_name
        host = place.address.rpartition(":")[0]
        own = (name, f"{name} {place.number}", f"{name} ({host})", f"{name} ({_where(place)})")
        more = (f"{own[-1]} {number}" for number in count(2))
        candidates = chain((self.names.get(key, name), *own), more)
        return next(one for one in candidates if one not in self._taken and not given[one])


def _shared(listed: Iterable[Listed]) -> set[str]:
    """Return the unique IDs that one server gives to more than one device."""
    times = Counter((one.place.address, one.unique_id) for one in listed if one.unique_id)
    return {unique_id for (_, unique_id), count in times.items() if count > 1}


def _where(place: Place) -> str:
    return f"{place.address}/{place.type.value}/{place.number}"


def _order(listed: Listed) -> tuple[str, str, int]:
    return listed.place.address, listed.place.type.value, listed.place.number
