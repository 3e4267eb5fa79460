"""CatBoost, by its own export."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import catboost
from catboost import CatBoostClassifier, CatBoostRegressor

from .export.catboost import export
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

SIZE = {"iterations": 30, "depth": 4, "random_seed": SEED, "verbose": 0, "allow_writing_files": False}
INPUT, PREDICTIONS = "features", "predictions"


def models() -> Iterator[Model]:
    binary = CatBoostClassifier(**SIZE).fit(X_WITH_GAPS, FRAUD)
    model = classified("catboost", binary, _exported(binary), TEST_X_WITH_GAPS, _about("binary"), INPUT)
    yield model
    yield on_borders(model, binary, model.about)
    classes = CatBoostClassifier(**SIZE).fit(X_WITH_GAPS, CLASSES)
    yield classified("catboost-classes", classes, _exported(classes), TEST_X_WITH_GAPS, _about("3 classes"), INPUT)
    regressor = CatBoostRegressor(**SIZE).fit(X_WITH_GAPS, SPENT)
    yield estimated(
        "catboost-regression",
        regressor,
        _exported(regressor),
        TEST_X_WITH_GAPS,
        _about("regression"),
        INPUT,
        PREDICTIONS,
    )


def _exported(model: object) -> bytes:
    with TemporaryDirectory() as folder:
        return export(model, str(Path(folder, "model.onnx")))


def _about(task: str) -> About:
    return About("CatBoost", catboost.__version__, task)
