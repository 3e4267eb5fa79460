"""Models that load, but that a server made for the usual ones would trip over."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnxruntime.quantization import quantize_dynamic

from .graphs import COLUMNS, WEIGHTS, graph, model_of, tensor
from .trained import TEST_X
from .written import About, Model

SUMS = TEST_X @ WEIGHTS
LARGE = 13_000_000
"""Weights of a model of about 50 MB."""


def models() -> Iterator[Model]:
    yield _fixed("fixed-one", 1)
    yield _fixed("fixed-eight", 8)
    yield _model("two-free-axes", [tensor("input", ["rows", "columns"])], [tensor("sums", ["rows", 2])])
    yield _model("wrongly-declared", [tensor("input", ["rows", COLUMNS])], [tensor("sums", [1])])
    yield scalar()
    yield float16()
    yield quantised()
    yield external_weights()
    yield large()


def scalar() -> Model:
    """An output without a dimension: the mean of all, whatever the rows."""
    node = helper.make_node("ReduceMean", ["input"], ["mean"], keepdims=0)
    inputs, outputs = [tensor("input", ["rows", COLUMNS])], [tensor("mean", [])]
    return Model("scalar", graph([node], inputs, outputs), {"input": TEST_X}, {"mean": TEST_X.mean()}, _about("scalar"))


def float16() -> Model:
    rows = TEST_X[:, :3].astype(np.float16)
    nodes = [helper.make_node("Add", ["input", "input"], ["doubled"])]
    inputs = [tensor("input", ["rows", 3], TensorProto.FLOAT16)]
    outputs = [tensor("doubled", ["rows", 3], TensorProto.FLOAT16)]
    return Model("float16", graph(nodes, inputs, outputs), {"input": rows}, {"doubled": rows + rows}, _about("float16"))


def quantised() -> Model:
    """Weights of 8 bits, as ONNX Runtime's own quantisation makes them. What is expected is what Python answers."""
    with TemporaryDirectory() as folder:
        whole, small = Path(folder, "whole.onnx"), Path(folder, "small.onnx")
        whole.write_bytes(model_of([tensor("input", ["rows", COLUMNS])], [tensor("sums", ["rows", 2])]))
        quantize_dynamic(whole, small)
        exported = small.read_bytes()
    session = onnxruntime.InferenceSession(exported)
    [expected] = session.run(None, {"input": TEST_X})
    return Model("quantised", exported, {"input": TEST_X}, {"sums": expected}, _about("8-bit weights"))


def external_weights() -> Model:
    model = onnx.load_from_string(model_of([tensor("input", ["rows", COLUMNS])], [tensor("sums", ["rows", 2])]))
    with TemporaryDirectory() as folder:
        file = Path(folder, "model.onnx")
        onnx.save_model(model, file, save_as_external_data=True, location="model.onnx.data", size_threshold=0)
        weights = Path(folder, "model.onnx.data").read_bytes()
        exported, files = file.read_bytes(), {"model.onnx.data": weights}
    about = _about("weights in a file of their own")
    return Model("external-weights", exported, {"input": TEST_X}, {"sums": SUMS}, about, files)


def large() -> Model:
    table = helper.make_tensor("table", TensorProto.FLOAT, [LARGE], np.zeros(LARGE, np.float32).tobytes(), raw=True)
    nodes = [helper.make_node("Gather", ["table", "input"], ["found"])]
    inputs, outputs = [tensor("input", ["rows"], TensorProto.INT64)], [tensor("found", ["rows"])]
    places = np.arange(8, dtype=np.int64)
    expected = {"found": np.zeros(8, np.float32)}
    return Model("large", graph(nodes, inputs, outputs, [table]), {"input": places}, expected, _about("50 MB"))


def _fixed(name: str, rows: int) -> Model:
    inputs, outputs = [tensor("input", [rows, COLUMNS])], [tensor("sums", [rows, 2])]
    expected = {"sums": SUMS[:rows]}
    return Model(name, model_of(inputs, outputs), {"input": TEST_X[:rows]}, expected, _about(f"{rows} rows at a time"))


def _model(name: str, inputs: list, outputs: list) -> Model:
    return Model(name, model_of(inputs, outputs), {"input": TEST_X}, {"sums": SUMS}, _about("sums"))


def _about(task: str) -> About:
    return About("NumPy", np.__version__, task)
