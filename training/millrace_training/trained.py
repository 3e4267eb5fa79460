"""What training hands on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .dataset import Dataset


@dataclass(frozen=True)
class Trained:
    """All that is known about a model once it is trained and tested."""

    name: str
    version: str
    onnx: bytes
    parameters: dict[str, Any]
    training: Dataset
    test: Dataset
    test_scores: np.ndarray
    figures: dict[str, float]
    """Of the test days."""
    largest_difference: float
    """Between the exported model and the fitted one, over all test rows."""
