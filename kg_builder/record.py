"""Model values ↔ JSON: dataclasses as objects, tuples as arrays, decimals as strings, nothing lost on the way back."""

from __future__ import annotations

import dataclasses
import types
from decimal import Decimal
from functools import cache
from itertools import repeat
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def to_json(value: object) -> Any:
    """The value as plain JSON types; fields that hold their default are left out, decimals stand as exact strings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((f, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {f.name: to_json(held) for f, held in fields if f.default is dataclasses.MISSING or held != f.default}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def from_json(kind: type[Value], data: object) -> Value:
    """The value of the dataclass `kind` that `to_json` wrote; KeyError or TypeError where the data are of another."""
    return _value(kind, data)  # type: ignore[no-any-return]  # the type is checked by walking the annotations


def _value(kind: Any, data: Any) -> Any:
    if data is None or kind in (str, int, bool, Any) or get_origin(kind) is Literal:
        return data
    if kind in (float, Decimal):
        return kind(data)
    if dataclasses.is_dataclass(kind):
        return _built(kind, data)
    return _composed(get_origin(kind), get_args(kind), data)


def _built(kind: Any, data: dict[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], held) for name, held in data.items()})


def _composed(origin: Any, arguments: tuple[Any, ...], data: Any) -> Any:
    """The value of `X | None`, `tuple[X, ...]` or `tuple[X, Y]`."""
    if origin in (Union, types.UnionType):
        return _value(next(a for a in arguments if a is not types.NoneType), data)
    if origin is tuple:
        kinds = repeat(arguments[0], len(data)) if arguments[-1] is Ellipsis else arguments
        return tuple(_value(kind, item) for kind, item in zip(kinds, data, strict=True))
    raise TypeError(f"no reading of {origin} from JSON")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
