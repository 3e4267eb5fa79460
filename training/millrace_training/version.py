"""Writing a version of a model as a registry folder."""

import hashlib
import json
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import numpy as np

from .background import describe_background
from .card import render_card
from .reference import describe
from .trained import Trained

LIBRARIES = ("numpy", "onnx", "onnxmltools", "scikit-learn", "xgboost-cpu")
SAMPLE_ROWS = 8


def write_version(trained: Trained, models: Path) -> Path:
    """Writes `<models>/<name>/<version>/` and gives its path. What the version held before is overwritten."""
    folder = models / trained.name / trained.version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(trained.onnx)
    write_json(folder / "reference.json", _reference(trained))
    data, scores = trained.population.data, trained.population.scores
    write_json(folder / "background.json", describe_background(trained.name, trained.version, data.features, scores))
    write_json(folder / "manifest.json", _manifest(trained))
    (folder / "card.md").write_text(render_card(trained), encoding="utf-8")
    return folder


def _reference(trained: Trained) -> dict[str, Any]:
    return {
        "model": {"name": trained.name, "version": trained.version},
        "from": _day(trained.population.data.times[0]),
        "to": _day(trained.population.data.times[-1]),
        "features": describe(trained.population.data, trained.population.scores),
    }


def _manifest(trained: Trained) -> dict[str, Any]:
    return {
        "name": trained.name,
        "version": trained.version,
        "inputs": list(trained.training.inputs),
        "digest": hashlib.sha256(trained.onnx).hexdigest(),
        **({} if trained.encoders is None else {"encoders": trained.encoders}),
        "libraries": {library: version_of(library) for library in LIBRARIES},
        "figures": {"published_test_week": trained.test.figures, "population": trained.population.figures},
        "sample": _sample(trained),
    }


def _sample(trained: Trained) -> dict[str, Any]:
    """Rows with scores all over their range, for a loader to see that it computes the same; a missing value is null."""
    data, scores = trained.population.data, trained.population.scores
    ranked = np.argsort(scores, kind="stable")
    ascending = scores[ranked]
    chosen = ranked[np.searchsorted(ascending, np.linspace(ascending[0], ascending[-1], SAMPLE_ROWS))]
    features = data.features[chosen]
    rows = np.where(np.isnan(features), None, features)
    return {"rows": rows.tolist(), "scores": scores[chosen].tolist()}


def _day(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).date().isoformat()


def write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8")
