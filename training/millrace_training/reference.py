"""How inputs and scores were distributed: what drift is measured against."""

from typing import Any

import numpy as np

from .dataset import Dataset

SCORE = "score"
EMPTY_SHARE = 1e-4
"""Stands for a share of 0, of which there is no logarithm."""


def describe(dataset: Dataset, scores: np.ndarray) -> dict[str, dict[str, Any]]:
    """The reference of every input and of the score."""
    columns = dict(zip(dataset.inputs, dataset.features.T)) | {SCORE: scores.astype(np.float64)}
    return {name: describe_column(values) for name, values in columns.items()}


def describe_column(values: np.ndarray) -> dict[str, Any]:
    """
    Inner bin edges are the unique deciles; bins are right-closed, edges[i − 1] < x ≤ edges[i], with −∞ and +∞ at
    the ends. The standard deviation divides by the count. Nothing is said of values where all are missing.
    """
    present = values[~np.isnan(values)]
    missing = int(values.size - present.size)
    if present.size == 0:
        return {"count": 0, "missing": missing, "edges": [], "fractions": [0]}
    edges = np.unique(np.quantile(present, np.arange(1, 10) / 10))
    bins = np.searchsorted(edges, present, side="left")
    fractions = np.bincount(bins, minlength=edges.size + 1) / present.size
    return {
        "count": int(present.size),
        "missing": missing,
        "edges": edges.tolist(),
        "fractions": fractions.tolist(),
        "mean": float(present.mean()),
        "std": float(present.std()),
    }


def stability_index(reference: dict[str, Any], values: np.ndarray) -> float:
    """The population stability index (PSI) of the values, none of them missing, against a described column."""
    bins = np.searchsorted(reference["edges"], values, side="left")
    shares = np.bincount(bins, minlength=len(reference["fractions"])) / values.size
    expected, found = (np.maximum(part, EMPTY_SHARE) for part in (reference["fractions"], shares))
    return float(((found - expected) * np.log(found / expected)).sum())
