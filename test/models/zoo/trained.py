"""A model of one matrix, fitted with the interface of scikit-learn, which the libraries of trees have too."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .borders import border_rows, splits_of
from .payments import is_fraud, matrix, payments, risk_class, test_payments, with_gaps
from .written import About, Model

SEED = 3
FRAME = payments()
FRAUD, CLASSES = is_fraud(FRAME), risk_class(FRAME)
SPENT = FRAME["amount"].to_numpy() * (1 + FRAME["payments_1h"].to_numpy())
X, TEST_X = matrix(FRAME), matrix(test_payments())
X_WITH_GAPS, TEST_X_WITH_GAPS = with_gaps(X), with_gaps(TEST_X, seed=12)

Export = Callable[..., bytes]


def classified(name: str, model: object, onnx: bytes, rows: np.ndarray, about: About, input: str = "input") -> Model:
    """The outputs `label` and `probabilities` of a fitted classifier."""
    expected = {"label": np.ravel(model.predict(rows)), "probabilities": model.predict_proba(rows)}
    return Model(name, onnx, {input: rows}, expected, about)


def estimated(
    name: str, model: object, onnx: bytes, rows: np.ndarray, about: About, input: str = "input", output: str = "variable"
) -> Model:
    """The one output of a fitted regressor, a column."""
    return Model(name, onnx, {input: rows}, {output: model.predict(rows).reshape(-1, 1)}, about)


def on_borders(model: Model, fitted: object, about: About) -> Model:
    """The same classifier, asked for the rows on its splits."""
    [input] = model.inputs
    rows = border_rows(splits_of(model.onnx), X)
    return classified(f"{model.name}-borders", fitted, model.onnx, rows, about, input)


def on_moved_borders(model: Model, fitted: object, share: float) -> Model:
    """The same for a library whose splits are float64 and lose their last bits in ONNX."""
    reason = "the splits are float64 in the library and float32 in ONNX: a row exactly on one may take the other side"
    return on_borders(model, fitted, replace(model.about, reason=reason, beyond=share))
