"""Expressions of indi_eval: parsed once, and evaluated whenever an operand changes. No I/O.

Operators, the loosest first: ``||``, ``&&``, ``== !=``, ``< <= > >=``, ``+ -``, ``* /``, and before a term ``! -``.
Numbers are C's doubles: 1/0 is inf, and what has no value is nan. What is not 0 is true.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = ["Expression", "ExpressionError", "parse_expression"]

Values: TypeAlias = Mapping[str, float]
_Node: TypeAlias = Callable[[Values], float]


def _floor(x: float) -> float:
    return float(math.floor(x)) if math.isfinite(x) else x


def _log(x: float) -> float:
    return math.log(x) if x else -math.inf


def _log10(x: float) -> float:
    return math.log10(x) if x else -math.inf


_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r'|"(?P<operand>[^"]*)"|(?P<sign>\|\||&&|==|!=|<=|>=|[-+*/<>!(),]))'
)
_LEVELS: Final[tuple[Mapping[str, Callable[[float, float], float]], ...]] = (
    {"||": lambda x, y: float(x != 0 or y != 0)},
    {"&&": lambda x, y: float(x != 0 and y != 0)},
    {"==": operator.eq, "!=": operator.ne},
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": lambda x, y: _divide(x, y)},
)
_FUNCTIONS: Final[Mapping[str, tuple[int, Callable[..., float]]]] = {
    "sin": (1, math.sin),
    "cos": (1, math.cos),
    "tan": (1, math.tan),
    "asin": (1, math.asin),
    "acos": (1, math.acos),
    "atan": (1, math.atan),
    "atan2": (2, math.atan2),
    "abs": (1, math.fabs),
    "degrad": (1, math.radians),
    "raddeg": (1, math.degrees),
    "floor": (1, _floor),
    "log": (1, _log),
    "log10": (1, _log10),
    "exp": (1, math.exp),
    "sqrt": (1, math.sqrt),
    "pow": (2, math.pow),
}
_DEEPEST: Final = 100
"""Parentheses and signs within one another."""


class ExpressionError(ValueError):
    """A text is no expression."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression.

    Attributes:
        operands: What it needs, ``device.property.member`` each, in the order of their appearance.
    """

    operands: tuple[str, ...]
    _node: _Node

    def value(self, values: Values) -> float:
        """Return what it is.

        Raises:
            KeyError: An operand has no value.
        """
        return self._node(values)


def parse_expression(text: str) -> Expression:
    """Return the expression that a text says.

    Raises:
        ExpressionError: It says none.
    """
    return _Parser(text).expression()


def _divide(x: float, y: float) -> float:
    if y:
        return x / y
    return math.nan if math.isnan(x) or not x else math.copysign(math.inf, x) * math.copysign(1, y)


def _call(function: Callable[..., float], *values: float) -> float:
    """Return what C's function returns; Python's raises."""
    try:
        return function(*values)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    end = len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            what = "a quote is not closed" if text[place:].lstrip().startswith('"') else "this is not understood"
            raise ExpressionError(f"{what}: {text[place:].strip()!r}")
        yield _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))
        place = found.end()
    yield _Token("end", "", end)


class _Parser:
    """Recursive descent, one level of operators below the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._place = 0
        self._depth = 0
        self._operands: dict[str, None] = {}

    def expression(self) -> Expression:
        node = self._level(0)
        if self._token.kind != "end":
            raise self._error("an operator is missing")
        return Expression(tuple(self._operands), node)

    @property
    def _token(self) -> _Token:
        return self._tokens[self._place]

    def _take(self, *signs: str) -> str:
        """Take one of these signs, if it comes next."""
        if self._token.kind == "sign" and self._token.text in signs:
            self._place += 1
            return self._tokens[self._place - 1].text
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise self._error(f"{sign!r} is missing")

    def _error(self, what: str) -> ExpressionError:
        rest = self._text[self._token.start :].strip()
        return ExpressionError(f"{what} {f'before {rest!r}' if rest else 'at the end'}")

    def _level(self, level: int) -> _Node:
        if level == len(_LEVELS):
            return self._factor()
        node = self._level(level + 1)
        while sign := self._take(*_LEVELS[level]):
            node = _binary(_LEVELS[level][sign], node, self._level(level + 1))
        return node

    def _factor(self) -> _Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(f"more than {_DEEPEST} parentheses or signs within one another")
        sign = self._take("!", "-", "+", "(")
        match sign:
            case "!":
                inner = self._factor()
                node: _Node = lambda values: float(inner(values) == 0)  # noqa: E731
            case "-":
                inner = self._factor()
                node = lambda values: -inner(values)  # noqa: E731
            case "+":
                node = self._factor()
            case "(":
                node = self._level(0)
                self._need(")")
            case _:
                node = self._term()
        self._depth -= 1
        return node

    def _term(self) -> _Node:
        token = self._token
        if token.kind not in ("number", "name", "operand"):
            raise self._error("a number, a function or an operand is missing")
        self._place += 1
        if token.kind == "number":
            number = float(token.text)
            return lambda _: number
        if token.kind == "operand" and not token.text:
            raise ExpressionError('"" names nothing: write "device.property.member"')
        if token.kind == "operand":
            self._operands[token.text] = None
            return lambda values: values[token.text]
        if token.text == "pi":
            return lambda _: math.pi
        return self._function(token)

    def _function(self, token: _Token) -> _Node:
        if token.text not in _FUNCTIONS:
            names = ", ".join(_FUNCTIONS)
            raise ExpressionError(f"there is no function {token.text}, but {names}; operands stand in double quotes")
        count, function = _FUNCTIONS[token.text]
        self._need("(")
        arguments = [self._level(0)]
        while self._take(","):
            arguments.append(self._level(0))
        self._need(")")
        if len(arguments) != count:
            raise ExpressionError(f"{token.text} takes {count} values, not {len(arguments)}")
        return lambda values: _call(function, *[one(values) for one in arguments])


def _binary(function: Callable[[float, float], float], left: _Node, right: _Node) -> _Node:
    return lambda values: float(function(left(values), right(values)))
