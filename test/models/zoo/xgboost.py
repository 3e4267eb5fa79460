"""XGBoost, through onnxmltools."""

from collections.abc import Iterator

import xgboost
from xgboost import XGBClassifier, XGBRegressor

from .export.xgboost import export
from .trained import (
    CLASSES,
    FRAUD,
    SEED,
    SPENT,
    TEST_X_WITH_GAPS,
    X_WITH_GAPS,
    classified,
    estimated,
    on_borders,
)
from .written import About, Model

SIZE = {"n_estimators": 30, "max_depth": 4, "random_state": SEED}
COLUMNS = X_WITH_GAPS.shape[1]


def models() -> Iterator[Model]:
    binary = XGBClassifier(**SIZE).fit(X_WITH_GAPS, FRAUD)
    model = classified("xgboost", binary, export(binary, COLUMNS), TEST_X_WITH_GAPS, _about("binary"))
    yield model
    yield on_borders(model, binary, model.about)
    classes = XGBClassifier(**SIZE).fit(X_WITH_GAPS, CLASSES)
    yield classified("xgboost-classes", classes, export(classes, COLUMNS), TEST_X_WITH_GAPS, _about("3 classes"))
    regressor = XGBRegressor(**SIZE).fit(X_WITH_GAPS, SPENT)
    about = _about("regression")
    yield estimated("xgboost-regression", regressor, export(regressor, COLUMNS), TEST_X_WITH_GAPS, about)


def _about(task: str) -> About:
    return About("XGBoost", xgboost.__version__, task)
