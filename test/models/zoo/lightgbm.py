"""LightGBM, through onnxmltools."""

from collections.abc import Iterator

import lightgbm
from lightgbm import LGBMClassifier, LGBMRegressor

from .export.lightgbm import export
from .trained import (
    CLASSES,
    FRAUD,
    SEED,
    SPENT,
    TEST_X_WITH_GAPS,
    X_WITH_GAPS,
    classified,
    estimated,
    on_moved_borders,
)
from .written import About, Model

SIZE = {"n_estimators": 30, "max_depth": 5, "random_state": SEED, "verbose": -1}
COLUMNS = X_WITH_GAPS.shape[1]


def models() -> Iterator[Model]:
    binary = LGBMClassifier(**SIZE).fit(X_WITH_GAPS, FRAUD)
    model = classified("lightgbm", binary, export(binary, COLUMNS), TEST_X_WITH_GAPS, _about("binary"))
    yield model
    yield on_moved_borders(model, binary, share=0.06)
    classes = LGBMClassifier(**SIZE).fit(X_WITH_GAPS, CLASSES)
    yield classified("lightgbm-classes", classes, export(classes, COLUMNS), TEST_X_WITH_GAPS, _about("3 classes"))
    regressor = LGBMRegressor(**SIZE).fit(X_WITH_GAPS, SPENT)
    about = _about("regression")
    yield estimated("lightgbm-regression", regressor, export(regressor, COLUMNS), TEST_X_WITH_GAPS, about)


def _about(task: str) -> About:
    return About("LightGBM", lightgbm.__version__, task)
