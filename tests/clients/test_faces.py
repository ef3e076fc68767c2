"""Both faces of the client, the one that is awaited and the one that waits, are the same."""

import inspect

import pytest

import lightapt_clients
from lightapt_clients import blocking, kinds
from lightapt_clients.faces import Face, Waits
from lightapt_clients.portal import Portal

OF_THE_FACE = {"portal", "inner"}
NOT_BLOCKING = {
    lightapt_clients.Client: {"dialogue", "expecting", "late", "turn"},  # for the library's own use
    lightapt_clients.Property: {"client"},
    lightapt_clients.Device: {"client"},
}
NOT_AWAITED = {blocking.Client: {"close"}}  # one that is awaited ends with its block only
KINDS = [kind for kind in vars(kinds).values() if inspect.isclass(kind) and issubclass(kind, kinds.Kind)]
PAIRS = [
    (lightapt_clients.Client, blocking.Client),
    (lightapt_clients.Device, blocking.Device),
    (lightapt_clients.Property, blocking.Property),
    *((kind, getattr(blocking, kind.__name__)) for kind in KINDS if kind is not kinds.Kind),
]
OF_OBJECTS = {"client", "device", "name", "address"}
"""Names that objects of the awaited face have as attributes, not as properties of their class."""


def public(one):
    return {name for name in dir(one) if not name.startswith("_")}


@pytest.mark.parametrize(("awaited", "waiting"), PAIRS, ids=lambda one: one.__name__)
def test_both_faces_have_the_same_names(awaited, waiting):
    of_kind = {"interface", "essential"}
    missing = public(awaited) - public(waiting) - NOT_BLOCKING.get(awaited, set()) - of_kind
    more = public(waiting) - public(awaited) - OF_THE_FACE - OF_OBJECTS - NOT_AWAITED.get(waiting, set())
    assert (missing, more) == (set(), set())


@pytest.mark.parametrize(("awaited", "waiting"), PAIRS, ids=lambda one: one.__name__)
def test_verbs_take_the_same_arguments(awaited, waiting):
    for name in public(awaited) & public(waiting):
        one, other = getattr(awaited, name), inspect.getattr_static(waiting, name)
        if isinstance(other, property) or not inspect.isfunction(one):
            assert isinstance(one, property) == isinstance(other, property) or name in OF_OBJECTS
        elif isinstance(other, Waits):
            assert other.method is one, name
        else:
            assert [*inspect.signature(one).parameters] == [*inspect.signature(other).parameters], name


def test_connecting_takes_the_same_arguments():
    one, other = (inspect.signature(each.connect).parameters for each in (lightapt_clients, blocking))
    assert list(one) == list(other)


class Inner:
    async def double(self, number, *, plus=0):
        """Double a number."""
        return 2 * number + plus

    def __repr__(self):
        return "<Inner>"


class Outer(Face):
    double = Waits(Inner.double)


def test_a_verb_waits_for_what_the_coroutine_returns():
    with Portal() as portal:
        outer = Outer(portal, Inner())
        assert outer.double(3, plus=1) == 7
        assert repr(outer) == "<Inner>"


def test_a_verb_keeps_its_words_and_its_signature():
    with Portal() as portal:
        verb = Outer(portal, Inner()).double
        assert verb.__doc__ == Outer.double.__doc__ == "Double a number."
        assert list(inspect.signature(verb).parameters) == ["number", "plus"]
