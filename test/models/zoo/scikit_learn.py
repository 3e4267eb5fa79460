"""scikit-learn, through skl2onnx."""

from collections.abc import Iterator

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, is_classifier
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .export import scikit_learn, scikit_learn_columns
from .payments import is_fraud, matrix, payments, risk_class, test_payments, with_gaps
from .written import About, Model

SEED = 3
FRAME, TEST = payments(), test_payments()
FRAUD, CLASSES = is_fraud(FRAME), risk_class(FRAME)
AMOUNT = FRAME["amount"].to_numpy() * (1 + FRAME["payments_1h"].to_numpy())
X, TEST_X = matrix(FRAME), matrix(TEST)


def fixtures() -> Iterator[Model]:
    """Small models, one for each kind of signature."""
    yield _classifier("one-matrix", make_pipeline(StandardScaler(), LogisticRegression()), FRAUD)
    yield named_columns("named-columns", LogisticRegression(max_iter=2_000))
    yield _regressor("regression", make_pipeline(StandardScaler(), Ridge()))
    yield _classifier("multi-class", make_pipeline(StandardScaler(), LogisticRegression()), CLASSES)
    yield _classifier("word-labels", make_pipeline(StandardScaler(), LogisticRegression()), _words(CLASSES))
    yield anomaly("anomaly", trees=4, rows=16)
    yield _embedding("embedding", make_pipeline(StandardScaler(), PCA(3)))


def models() -> Iterator[Model]:
    yield _classifier("sklearn-forest", RandomForestClassifier(20, max_depth=6, random_state=SEED), FRAUD)
    yield _classifier("sklearn-boosting", GradientBoostingClassifier(random_state=SEED), FRAUD)
    yield _classifier("sklearn-boosting-classes", GradientBoostingClassifier(random_state=SEED), CLASSES)
    yield _regressor("sklearn-boosting-regression", GradientBoostingRegressor(random_state=SEED))
    yield missing_values()
    yield named_columns("sklearn-columns-forest", RandomForestClassifier(20, max_depth=6, random_state=SEED))
    yield _classifier("sklearn-network", _network(), FRAUD)
    yield anomaly("sklearn-isolation-forest", trees=100, rows=256)


def named_columns(name: str, model: BaseEstimator) -> Model:
    """Many named inputs: floats, whole numbers, words of which some were never seen, and a flag."""
    columns = make_column_transformer(
        (StandardScaler(), ["amount", "distance_km"]),
        (OneHotEncoder(handle_unknown="ignore"), ["country", "channel"]),
        remainder="passthrough",
    )
    pipeline = make_pipeline(columns, model).fit(FRAME, FRAUD)
    rows = TEST.copy()
    rows.loc[:3, "country"] = "Atlantis"
    inputs = {column: _column(rows[[column]].to_numpy()) for column in rows}
    return Model(
        name,
        scikit_learn_columns.export(pipeline, FRAME),
        inputs,
        {"label": pipeline.predict(rows), "probabilities": pipeline.predict_proba(rows)},
        _about("binary classification of named columns"),
    )


def missing_values() -> Model:
    model = HistGradientBoostingClassifier(max_iter=30, random_state=SEED).fit(with_gaps(X), FRAUD)
    return _scored("sklearn-missing-values", model, with_gaps(TEST_X, seed=12), "binary, with missing values")


def anomaly(name: str, trees: int, rows: int) -> Model:
    """IsolationForest: label 1 or -1, and `scores`, the decision function, which ONNX has as a column."""
    model = IsolationForest(n_estimators=trees, max_samples=rows, random_state=SEED).fit(X)
    expected = {"label": model.predict(TEST_X), "scores": model.decision_function(TEST_X)}
    expected = {output: values.reshape(-1, 1) for output, values in expected.items()}
    return Model(name, scikit_learn.export(model, X.shape[1]), {"input": TEST_X}, expected, _about("anomaly"))


def _network() -> BaseEstimator:
    return make_pipeline(StandardScaler(), MLPClassifier((16, 8), max_iter=1_000, random_state=SEED))


def _classifier(name: str, model: BaseEstimator, outcome: np.ndarray) -> Model:
    model.fit(X, outcome)
    return _scored(name, model, TEST_X, f"classification, {len(model.classes_)} classes")


def _scored(name: str, model: BaseEstimator, rows: np.ndarray, task: str) -> Model:
    assert is_classifier(model)
    expected = {"label": model.predict(rows), "probabilities": model.predict_proba(rows)}
    return Model(name, scikit_learn.export(model, X.shape[1]), {"input": rows}, expected, _about(task))


def _regressor(name: str, model: BaseEstimator) -> Model:
    model.fit(X, AMOUNT)
    expected = {"variable": model.predict(TEST_X).reshape(-1, 1)}
    return Model(name, scikit_learn.export(model, X.shape[1]), {"input": TEST_X}, expected, _about("regression"))


def _embedding(name: str, model: BaseEstimator) -> Model:
    model.fit(X)
    expected = {"variable": model.transform(TEST_X)}
    return Model(name, scikit_learn.export(model, X.shape[1]), {"input": TEST_X}, expected, _about("embedding"))


def _column(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32) if values.dtype.kind == "f" else values


def _words(classes: np.ndarray) -> np.ndarray:
    return np.array(["near", "far", "à l'étranger"])[classes]


def _about(task: str, **facts: object) -> About:
    return About("scikit-learn", sklearn.__version__, task, **facts)
