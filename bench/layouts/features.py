"""Looks with features: a look is a dataclass of defaults, and `choices` name what each feature may be, plain first."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Look = TypeVar("Look", bound=DataclassInstance)

Choices = Mapping[str, tuple[Any, ...]]


def drawn(plain: Look, choices: Choices, rng: random.Random, features: int) -> Look:
    """The plain look with some features changed by lot."""
    chosen = rng.sample(sorted(choices), features)
    return replace(plain, **{name: rng.choice(choices[name][1:]) for name in chosen})


def each_alone(plain: Look, choices: Choices) -> list[Look]:
    """The plain look, and every value of every feature alone."""
    return [plain, *(replace(plain, **{name: v}) for name, values in choices.items() for v in values[1:])]


def changed(look: DataclassInstance) -> list[str]:
    """The features in which a look differs from the plain one: `rules=none`."""
    plain = type(look)()
    names = [f.name for f in fields(look)]
    return [f"{name}={getattr(look, name)}" for name in names if getattr(look, name) != getattr(plain, name)]


def in_turn(
    families: Sequence[str], plain: Look, choices: Choices, number: int, seed: int, features: int
) -> list[tuple[str, Look, int]]:
    """Families in turn, each with a look by lot and a seed of its own."""
    rng = random.Random(seed)
    looks = [drawn(plain, choices, rng, features) for _ in range(number)]
    return [(families[i % len(families)], look, seed * 1000 + i) for i, look in enumerate(looks)]
