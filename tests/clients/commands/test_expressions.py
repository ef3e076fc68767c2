"""Expressions, as indi_eval has them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_clients.commands.expressions import ExpressionError, parse_expression

OPERANDS = {"a.b.c": 2.0, "d e.f.g": 3.0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        (".5e1", 5),
        ("2*3+4", 10),
        ("7-2*3", 1),
        ("2-1-1", 0),
        ("8/2/2", 2),
        ("(1+2)*3", 9),
        ("-2+3", 1),
        ("2--2", 4),
        ("!0", 1),
        ("!5+1", 1),
        ("1<2==1", 1),
        ("3>2>1", 0),
        ("1||0&&0", 1),
        ("0||0", 0),
        ("2&&3", 1),
        ("1<=1", 1),
        ("1>=2", 0),
        ("1!=2", 1),
        ("1/0", math.inf),
        ("-1/0", -math.inf),
        ("log(0)", -math.inf),
        ("exp(1000)", math.inf),
        ("pi", math.pi),
        ("atan2(1, 1)", math.pi / 4),
        ("degrad(180)", math.pi),
        ("raddeg(pi)", 180),
        ("pow(2,10)", 1024),
        ("floor(-1.5)", -2),
        ("abs(-2)+sqrt(4)+log10(100)", 6),
        ("sin(0)+cos(0)+tan(0)+asin(0)+acos(1)+atan(0)", 1),
        ('"a.b.c" * "d e.f.g" + "a.b.c"', 8),
    ],
)
def test_an_expression_has_its_value(text, value):
    assert parse_expression(text).value(OPERANDS) == pytest.approx(value)


@pytest.mark.parametrize("text", ["sqrt(-1)", "0/0", "log(-1)"])
def test_what_has_no_value_is_nan(text):
    assert math.isnan(parse_expression(text).value({}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "at the end"),
        ("1+", "at the end"),
        ("(1", r"'\)' is missing"),
        ("1 2", "an operator is missing before '2'"),
        ("foo(1)", "no function foo"),
        ("sin(1,2)", "takes 1 values, not 2"),
        ('"abc', "quote is not closed"),
        ("1 $ 2", "not understood"),
        ("(" * 5000 + "1", "more than 100"),
        ("-" * 5000 + "1", "more than 100"),
    ],
)
def test_what_is_wrong_is_told(text, words):
    with pytest.raises(ExpressionError, match=words):
        parse_expression(text)


def test_operands_are_in_the_order_of_appearance():
    assert parse_expression('"x.y.z"+"a.b.c"+"x.y.z"').operands == ("x.y.z", "a.b.c")


@given(st.text(alphabet='1.e+-*/!&|<>=(), "absinpi', max_size=30))
def test_any_text_is_an_expression_or_refused(text):
    try:
        expression = parse_expression(text)
    except ExpressionError:
        return
    assert isinstance(expression.value(dict.fromkeys(expression.operands, 1.0)), float)
