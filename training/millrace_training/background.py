"""Rows that stand for all others: what the contributions to a score are measured against."""

from typing import Any

import numpy as np

BACKGROUND_ROWS = 50


def describe_background(name: str, version: str, features: np.ndarray, scores: np.ndarray) -> dict[str, Any]:
    """
    The content of `background.json`: of all rows, from the lowest to the highest score, the middle one of each of 50
    parts of the same size, so that their scores are distributed as all are. A missing value is null.
    """
    rows = features[_middles(scores)]
    return {"model": {"name": name, "version": version}, "rows": np.where(np.isnan(rows), None, rows).tolist()}


def _middles(scores: np.ndarray) -> np.ndarray:
    parts = min(BACKGROUND_ROWS, scores.size)
    middles = ((np.arange(parts) + 0.5) * scores.size / parts).astype(int)
    return np.argsort(scores, kind="stable")[middles]
