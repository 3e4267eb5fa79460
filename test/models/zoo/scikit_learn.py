"""scikit-learn, through skl2onnx."""

from collections.abc import Iterator

import numpy as np
import sklearn
from sklearn.base import BaseEstimator
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

from .export import scikit_learn, scikit_learn_columns, scikit_learn_double
from .payments import matrix, payments, test_payments
from .trained import (
    CLASSES,
    FRAME,
    FRAUD,
    SEED,
    SPENT,
    TEST_X,
    TEST_X_WITH_GAPS,
    X_WITH_GAPS,
    X,
    classified,
    estimated,
    on_borders,
    on_moved_borders,
)
from .written import About, Model

COLUMNS = X.shape[1]


def fixtures() -> Iterator[Model]:
    """Small models, one for each kind of signature."""
    yield _classifier("one-matrix", make_pipeline(StandardScaler(), LogisticRegression()), FRAUD)
    yield named_columns("named-columns", LogisticRegression(max_iter=2_000), StandardScaler())
    yield _regressor("regression", make_pipeline(StandardScaler(), Ridge()))
    yield _classifier("multi-class", make_pipeline(StandardScaler(), LogisticRegression()), CLASSES)
    yield _classifier("word-labels", make_pipeline(StandardScaler(), LogisticRegression()), _words(CLASSES))
    yield anomaly("anomaly", trees=4, rows=16)
    yield _embedding("embedding", make_pipeline(StandardScaler(), PCA(3)))


def models() -> Iterator[Model]:
    yield from forest()
    yield from missing_values()
    yield from scaled_forest()
    yield _classifier("sklearn-boosting", GradientBoostingClassifier(random_state=SEED), FRAUD)
    yield _classifier("sklearn-boosting-classes", GradientBoostingClassifier(random_state=SEED), CLASSES)
    yield _regressor("sklearn-boosting-regression", GradientBoostingRegressor(random_state=SEED))
    yield _classifier("sklearn-network", _network(), FRAUD)
    yield named_columns("sklearn-columns-forest", _forest(), "passthrough")
    yield anomaly("sklearn-isolation-forest", trees=100, rows=256)


def forest() -> Iterator[Model]:
    fitted = _forest()
    model = _classifier("sklearn-forest", fitted, FRAUD)
    yield model
    yield on_borders(model, fitted, model.about)


def missing_values() -> Iterator[Model]:
    """Trained on values of float32, it splits where float32 can; trained on others it does not always."""
    fitted = HistGradientBoostingClassifier(max_iter=30, random_state=SEED).fit(X_WITH_GAPS, FRAUD)
    exported = scikit_learn.export(fitted, COLUMNS)
    model = classified("sklearn-missing-values", fitted, exported, TEST_X_WITH_GAPS, _about("binary"))
    yield model
    yield on_borders(model, fitted, model.about)
    fitted = HistGradientBoostingClassifier(max_iter=30, random_state=SEED).fit(matrix(FRAME, np.float64), FRAUD)
    exported = scikit_learn.export(fitted, COLUMNS)
    model = classified("sklearn-trained-double", fitted, exported, TEST_X, _about("binary"))
    yield on_moved_borders(model, fitted, share=0.1)


def scaled_forest() -> Iterator[Model]:
    """
    A scaler before trees. In float32 the scaled value is not the one that the trees were trained on, and takes the
    other side of a split at times; in float64, rounded before the trees as scikit-learn does, it is.
    """
    rows = matrix(payments(seed=9, rows=2_000))
    fitted = make_pipeline(StandardScaler(), _forest()).fit(X, FRAUD)
    reason = "the scaler computes in float32 before the trees: some values take the other side of a split"
    about = _about("binary", reason=reason, beyond=0.03)
    yield classified("sklearn-scaled-forest", fitted, scikit_learn.export(fitted, COLUMNS), rows, about)
    fitted = scikit_learn_double.scaled(_forest()).fit(X.astype(np.float64), FRAUD)
    exported = scikit_learn_double.export(fitted, COLUMNS)
    yield classified("sklearn-scaled-double", fitted, exported, rows.astype(np.float64), _about("binary"))


def named_columns(name: str, model: BaseEstimator, numbers: BaseEstimator | str) -> Model:
    """Many named inputs: floats, whole numbers, words of which some were never seen, and a flag."""
    columns = make_column_transformer(
        (numbers, ["amount", "distance_km"]),
        (OneHotEncoder(handle_unknown="ignore"), ["country", "channel"]),
        remainder="passthrough",
    )
    pipeline = make_pipeline(columns, model).fit(FRAME, FRAUD)
    rows = test_payments()
    rows.loc[:3, "country"] = "Atlantis"
    inputs = {column: _column(rows[[column]].to_numpy()) for column in rows}
    return Model(
        name,
        scikit_learn_columns.export(pipeline, FRAME),
        inputs,
        {"label": pipeline.predict(rows), "probabilities": pipeline.predict_proba(rows)},
        _about("binary classification of named columns"),
    )


def anomaly(name: str, trees: int, rows: int) -> Model:
    """IsolationForest: label 1 or -1, and `scores`, the decision function, which ONNX has as a column."""
    model = IsolationForest(n_estimators=trees, max_samples=rows, random_state=SEED).fit(X)
    expected = {"label": model.predict(TEST_X), "scores": model.decision_function(TEST_X)}
    expected = {output: values.reshape(-1, 1) for output, values in expected.items()}
    return Model(name, scikit_learn.export(model, COLUMNS), {"input": TEST_X}, expected, _about("anomaly"))


def _network() -> BaseEstimator:
    return make_pipeline(StandardScaler(), MLPClassifier((16, 8), early_stopping=True, random_state=SEED))


def _forest() -> BaseEstimator:
    return RandomForestClassifier(20, max_depth=6, random_state=SEED)


def _classifier(name: str, model: BaseEstimator, outcome: np.ndarray) -> Model:
    model.fit(X, outcome)
    about = _about(f"classification, {len(model.classes_)} classes")
    return classified(name, model, scikit_learn.export(model, COLUMNS), TEST_X, about)


def _regressor(name: str, model: BaseEstimator) -> Model:
    model.fit(X, SPENT)
    return estimated(name, model, scikit_learn.export(model, COLUMNS), TEST_X, _about("regression"))


def _embedding(name: str, model: BaseEstimator) -> Model:
    model.fit(X)
    expected = {"variable": model.transform(TEST_X)}
    return Model(name, scikit_learn.export(model, COLUMNS), {"input": TEST_X}, expected, _about("embedding"))


def _column(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32) if values.dtype.kind == "f" else values


def _words(classes: np.ndarray) -> np.ndarray:
    return np.array(["near", "far", "à l'étranger"])[classes]


def _about(task: str, **facts: object) -> About:
    return About("scikit-learn", sklearn.__version__, task, **facts)
