"""How a blocking face is made of an awaitable one: a method that waits, where the other is awaited."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from .portal import Portal

__all__ = ["Face", "Waits"]

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)
P = ParamSpec("P")
T = TypeVar("T")


class Face(Generic[A_co]):
    """What a blocking program has in place of an awaitable object.

    Attributes:
        portal: The way to the loop.
        inner: The object, which lives there.
    """

    __slots__ = ("inner", "portal")

    def __init__(self, portal: Portal, inner: A_co) -> None:
        self.portal = portal
        self.inner = inner

    def __repr__(self) -> str:
        return repr(self.inner)


class Waits(Generic[A, P, T]):
    """A method of a face that waits for what a coroutine method of its inner object does.

    Attributes:
        method: That method.
    """

    def __init__(self, method: Callable[Concatenate[A, P], Coroutine[Any, Any, T]]) -> None:
        self.method = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, face: None, owner: object) -> Self: ...

    @overload
    def __get__(self, face: Face[A], owner: object) -> Callable[P, T]: ...

    def __get__(self, face: Face[A] | None, owner: object) -> Callable[P, T] | Self:
        if face is None:
            return self

        @wraps(MethodType(self.method, face.inner))  # its signature is without self
        def call(*arguments: P.args, **named: P.kwargs) -> T:
            return face.portal.run(self.method(face.inner, *arguments, **named))

        return call
