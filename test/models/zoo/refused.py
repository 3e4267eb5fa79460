"""Models that cannot be served, which is to be said when they are loaded."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from catboost import CatBoostClassifier
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

from .graphs import COLUMNS, graph, model_of, tensor
from .trained import FRAUD, X
from .unusual import external_weights
from .written import About, Model

INPUT, SUMS = [tensor("input", ["rows", COLUMNS])], [tensor("sums", ["rows", 2])]
NEWEST = 99
"""An opset that no runtime knows yet."""


def models() -> Iterator[Model]:
    usual = model_of(INPUT, SUMS)
    yield _refused("zipmap", to_onnx(LogisticRegression(max_iter=2_000).fit(X, FRAUD), X[:1]).SerializeToString())
    yield _refused("catboost-zipmap", _catboost())
    yield _refused("sequence", _sequence())
    yield _refused("optional", _optional())
    yield _refused("bfloat16", _bfloat16())
    yield _refused("no-inputs", _no_inputs())
    yield _refused("unknown-operator", graph([_node("Guess", domain="my.own")], INPUT, SUMS, domain="my.own", opset=1))
    yield _refused("unknown-opset", model_of(INPUT, SUMS, opset=NEWEST))
    yield _refused("without-its-weights", external_weights().onnx)
    yield _refused("truncated", usual[: len(usual) // 2])
    yield _refused("no-model", b'{"this": "is JSON"}')
    yield _refused("empty", b"")


def _catboost() -> bytes:
    model = CatBoostClassifier(iterations=3, verbose=0, allow_writing_files=False).fit(X, FRAUD)
    with TemporaryDirectory() as folder:
        file = Path(folder, "model.onnx")
        model.save_model(str(file), format="onnx")
        return file.read_bytes()


def _sequence() -> bytes:
    output = helper.make_tensor_sequence_value_info("parts", TensorProto.FLOAT, None)
    return graph([helper.make_node("SplitToSequence", ["input"], ["parts"])], INPUT, [output])


def _optional() -> bytes:
    kind = helper.make_optional_type_proto(helper.make_tensor_type_proto(TensorProto.FLOAT, ["rows", COLUMNS]))
    output = helper.make_value_info("perhaps", kind)
    return graph([helper.make_node("Optional", ["input"], ["perhaps"])], INPUT, [output])


def _bfloat16() -> bytes:
    cast = helper.make_node("Cast", ["input"], ["cast"], to=TensorProto.BFLOAT16)
    return graph([cast], INPUT, [tensor("cast", ["rows", COLUMNS], TensorProto.BFLOAT16)])


def _no_inputs() -> bytes:
    constant = helper.make_node("Constant", [], ["one"], value_float=1.0)
    return graph([constant], [], [tensor("one", [])])


def _node(operator: str, domain: str) -> object:
    return helper.make_node(operator, ["input"], ["sums"], domain=domain)


def _refused(name: str, onnx: bytes) -> Model:
    return Model(name, onnx, {}, {}, About("ONNX", np.__version__, "none"))
