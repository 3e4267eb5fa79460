"""
Writes the golden files of `golden.test.ts`: small models as ONNX, and their Shapley values by the exact explainer of the
`shap` library, with which its tree and its linear explainer must agree first. (Boosted trees agree on their margins. The
tree explainer shares out the probability of each background row in proportion to the margins, which is another value.)

    python3 -m venv .venv && .venv/bin/pip install -r ../../../../../training/requirements.txt -r requirements.txt
    .venv/bin/python make_golden.py
"""

import json
from importlib.metadata import version as version_of
from pathlib import Path

import numpy as np
import shap
from onnxmltools.convert import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as BoosterFloats
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from xgboost import XGBClassifier

FOLDER = Path(__file__).parent
LIBRARIES = ("numpy", "onnxmltools", "scikit-learn", "shap", "skl2onnx", "xgboost-cpu")
AGREEMENT = 1e-5


def make_rows(random: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Amounts, counts and flags in turn: amounts are never alike, counts often, flags half of the time."""
    amounts = random.gamma(2.0, 30.0, (rows, columns))
    counts = random.poisson(3.0, (rows, columns))
    flags = random.integers(0, 2, (rows, columns))
    kind = np.arange(columns) % 3
    return np.where(kind == 0, amounts, np.where(kind == 1, counts, flags)).astype(np.float32)


def make_outcomes(random: np.random.Generator, rows: np.ndarray) -> np.ndarray:
    signal = rows[:, 0] / 60 + rows[:, 1] * rows[:, 2] - rows[:, 3] / 60 + 0.5 * rows[:, 4]
    return (signal + random.normal(0, 1, len(rows)) > 2.5).astype(int)


def exact_values(predict, rows: np.ndarray, background: np.ndarray) -> np.ndarray:
    explainer = shap.explainers.Exact(predict, shap.maskers.Independent(background, max_samples=len(background)))
    return explainer(rows.astype(np.float64)).values


def agreeing(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    difference = np.abs(first - second).max()
    if difference > AGREEMENT:
        raise SystemExit(f"the explainers of shap differ by {difference}")
    return first


def golden(name: str, output: str, column: int, onnx: bytes, background, rows, scores, values) -> dict:
    (FOLDER / f"{name}.onnx").write_bytes(onnx)
    return {
        "name": name,
        "output": output,
        "column": column,
        "background": background.tolist(),
        "rows": rows.tolist(),
        "scores": np.asarray(scores, dtype=np.float64).tolist(),
        "values": values.tolist(),
    }


def boosted_trees(random: np.random.Generator) -> dict:
    data = make_rows(random, 2_000, 9)
    model = XGBClassifier(n_estimators=20, max_depth=4, learning_rate=0.3, n_jobs=1, random_state=1, base_score=0.5)
    model.fit(data, make_outcomes(random, data))
    background, rows = data[:30], data[100:106]

    def predict(given: np.ndarray) -> np.ndarray:
        return model.predict_proba(given.astype(np.float32))[:, 1].astype(np.float64)

    def margin(given: np.ndarray) -> np.ndarray:
        return model.predict(given.astype(np.float32), output_margin=True).astype(np.float64)

    tree = shap.TreeExplainer(model, background, feature_perturbation="interventional").shap_values(rows)
    agreeing(exact_values(margin, rows, background), np.asarray(tree))
    values = exact_values(predict, rows, background)
    onnx = convert_xgboost(model, initial_types=[("input", BoosterFloats([None, 9]))], target_opset=15)
    return golden("boosted-trees", "probabilities", 1, onnx.SerializeToString(), background, rows, predict(rows), values)


def forest(random: np.random.Generator) -> dict:
    data = make_rows(random, 2_000, 12)
    model = RandomForestClassifier(n_estimators=15, max_depth=5, random_state=1)
    model.fit(data, make_outcomes(random, data))
    background, rows = data[:20], data[100:104]

    def predict(given: np.ndarray) -> np.ndarray:
        return model.predict_proba(given)[:, 1]

    tree = shap.TreeExplainer(model, background, feature_perturbation="interventional").shap_values(rows)
    values = agreeing(exact_values(predict, rows, background), np.asarray(tree)[..., 1])
    onnx = to_onnx(
        model, initial_types=[("input", FloatTensorType([None, 12]))], options={"zipmap": False}, target_opset=15
    )
    return golden("forest", "probabilities", 1, onnx.SerializeToString(), background, rows, predict(rows), values)


def linear(random: np.random.Generator) -> dict:
    data = make_rows(random, 2_000, 8)
    model = LinearRegression().fit(data, data @ np.linspace(-0.02, 0.03, 8) + random.normal(0, 0.1, len(data)))
    background, rows = data[:30], data[100:106]
    masker = shap.maskers.Independent(background.astype(np.float64), max_samples=len(background))
    values = agreeing(
        exact_values(model.predict, rows, background), shap.LinearExplainer(model, masker).shap_values(rows)
    )
    onnx = to_onnx(model, initial_types=[("input", FloatTensorType([None, 8]))], target_opset=15)
    return golden("linear", "variable", 0, onnx.SerializeToString(), background, rows, model.predict(rows), values)


def logistic(random: np.random.Generator) -> dict:
    data = make_rows(random, 2_000, 6)
    model = LogisticRegression(max_iter=1_000).fit(data, make_outcomes(random, data))
    background, rows = data[:30], data[100:106]

    def predict(given: np.ndarray) -> np.ndarray:
        return model.predict_proba(given)[:, 1]

    values = exact_values(predict, rows, background)
    onnx = to_onnx(
        model, initial_types=[("input", FloatTensorType([None, 6]))], options={"zipmap": False}, target_opset=15
    )
    return golden("logistic", "probabilities", 1, onnx.SerializeToString(), background, rows, predict(rows), values)


if __name__ == "__main__":
    random = np.random.default_rng(20260101)
    models = [make(random) for make in (boosted_trees, forest, linear, logistic)]
    content = {"libraries": {library: version_of(library) for library in LIBRARIES}, "models": models}
    (FOLDER / "shap.json").write_text(json.dumps(content) + "\n", encoding="utf-8")
    for model in models:
        print(model["name"], np.abs(np.array(model["values"])).max())
