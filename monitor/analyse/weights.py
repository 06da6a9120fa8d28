"""How many points each measure is worth: small linear models that ship as data, with the measurement that set them.

A watch that defines the facets a model speaks of is scored by that model; any other watch by the `general` one, which
knows no facets. Fitting is not done here: see scripts/build_weights.py.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.analyse.data import read_shipped
from monitor.errors import WiderhallError


class WeightsError(WiderhallError):
    """The weights cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A linear model on the one scale of points: 0 is a text with nothing in common, 50 the usual match threshold."""

    name: str
    #: measure -> points per unit.
    points: Mapping[str, float]
    #: measure -> language -> what one in a hundred articles of the background reaches there; the measure is divided by
    #: it, because words of one language resemble each other more than those of another.
    scale: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    #: quality of the text -> factor: a headline has less room to show what it is about.
    calibration: Mapping[str, float] = field(default_factory=dict)
    #: How it was made, and what it measured.
    made: str = ""

    def per_unit(self, measure: str, language: str) -> float:
        """Points for one unit of a measure in a language; one never measured is taken as the mean of the rest."""
        scale = self.scale.get(measure)
        if not scale:
            return self.points[measure]
        return self.points[measure] / scale.get(language, sum(scale.values()) / len(scale))

    @property
    def facets(self) -> frozenset[str]:
        """Names of the facets it needs."""
        groups = (name.partition(":")[2] for name in self.points if ":" in name)
        return frozenset(facet for group in groups for facet in group.replace("|", "+").split("+"))


@dataclass(frozen=True, kw_only=True)
class Weights:
    """All models, under one version."""

    version: str
    #: The most special first.
    models: Sequence[Model]

    def model_for(self, facets: Collection[str]) -> Model:
        """The first model whose facets a watch has; the last one needs none."""
        return next(model for model in self.models if model.facets <= set(facets))


def shipped_weights() -> Weights:
    """The weights that ship with the program."""
    return load_weights(read_shipped("background/weights.json").decode("utf-8"))


def load_weights(text: str) -> Weights:
    """Read weights; raise WeightsError where they are none, or would leave a watch without a model."""
    try:
        body: Any = json.loads(text)
        models = [Model(name=name, **model) for name, model in body["models"].items()]
        weights = Weights(version=body["version"], models=sorted(models, key=lambda model: -len(model.facets)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"these are no weights: {error}") from error
    if not models or weights.models[-1].facets:
        raise WeightsError("there must be a model that needs no facets, for watches without")
    return weights
