"""Model values ↔ JSON: dataclasses as objects, tuples as arrays, decimals as strings, nothing lost on the way back."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


_PLAIN = (str, int, float, bool, types.NoneType)


def to_json(value: object) -> Any:
    """The value as plain JSON types; fields that hold their default are left out, decimals stand as exact strings."""
    if isinstance(value, _PLAIN):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        held = [(name, getattr(value, name), default) for name, default in _fields(type(value))]
        return {
            n: v if isinstance(v, _PLAIN) else to_json(v)
            for n, v, default in held
            if default is dataclasses.MISSING or v != default
        }
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


@cache
def _fields(kind: Any) -> list[tuple[str, object]]:
    return [(field.name, field.default) for field in dataclasses.fields(kind)]


def rewritten(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with what `change` makes of each value in it; a value that `change` gives back is gone into."""
    changed = change(value)
    if changed is not value:
        return changed
    if isinstance(value, tuple):
        return tuple(rewritten(item, change) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{n: rewritten(getattr(value, n), change) for n, _ in _fields(type(value))})
    return value


def from_json(kind: type[Value], data: object) -> Value:
    """The value of the dataclass `kind` that `to_json` wrote; KeyError or TypeError where the data are of another."""
    reader: Callable[[Any], Value] = _reader(cast(Any, kind))
    return reader(data)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What reads a value of the type; made once from its annotations."""
    if kind in (str, int, bool, Any) or get_origin(kind) is Literal:
        return _as_it_is
    if kind in (float, Decimal):
        return lambda data: None if data is None else kind(data)
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(kind)
    return _composed_reader(get_origin(kind), get_args(kind))


def _as_it_is(data: Any) -> Any:
    return data


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    readers: dict[str, Callable[[Any], Any]] = {}

    def read(data: Any) -> Any:
        if data is None:
            return None
        if not readers:  # a class may hold others of its own kind
            readers.update({name: _reader(hint) for name, hint in get_type_hints(kind).items()})
        return kind(**{name: readers[name](held) for name, held in data.items()})

    return read


def _composed_reader(origin: Any, arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    """Of `X | None`, `tuple[X, ...]` or `tuple[X, Y]`."""
    if origin in (Union, types.UnionType):
        return _reader(next(a for a in arguments if a is not types.NoneType))
    if origin is not tuple:
        raise TypeError(f"no reading of {origin} from JSON")
    if arguments[-1] is Ellipsis:
        one = _reader(arguments[0])
        return lambda data: None if data is None else tuple([one(item) for item in data])
    each = [_reader(argument) for argument in arguments]
    return lambda data: None if data is None else tuple(r(item) for r, item in zip(each, data, strict=True))
