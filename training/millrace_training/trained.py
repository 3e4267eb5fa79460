"""What training hands on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .dataset import Dataset


@dataclass(frozen=True)
class Tested:
    """How a model scores on a set that it was not trained on."""

    data: Dataset
    scores: np.ndarray
    """As the exported model gives them."""
    figures: dict[str, float]
    largest_difference: float
    """Between the exported model and the fitted one, over all rows."""


@dataclass(frozen=True)
class Trained:
    """All that is known about a model once it is trained and tested."""

    name: str
    version: str
    onnx: bytes
    parameters: dict[str, Any]
    training: Dataset
    test: Tested
    """On the test week of the published set."""
    population: Tested
    """On the customers and terminals that it will score: what drift is measured against."""
    encoders: str | None = None
    """Digest of what the pipeline's encoders had learnt when they made the vectors; None where none learns."""
