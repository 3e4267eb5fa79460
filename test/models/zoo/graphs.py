"""Models written by hand."""

import numpy as np
from onnx import GraphProto, TensorProto, ValueInfoProto, helper

from .trained import X

COLUMNS = X.shape[1]
WEIGHTS = np.linspace(-1, 1, COLUMNS * 2, dtype=np.float32).reshape(COLUMNS, 2)
OPSET, IR_VERSION = 18, 9


def model_of(inputs: list[ValueInfoProto], outputs: list[ValueInfoProto], **facts: object) -> bytes:
    """A model that multiplies `input` with the weights and answers `sums`."""
    weights = helper.make_tensor("weights", TensorProto.FLOAT, WEIGHTS.shape, WEIGHTS.tobytes(), raw=True)
    return graph([helper.make_node("MatMul", ["input", "weights"], ["sums"])], inputs, outputs, [weights], **facts)


def graph(
    nodes: list, inputs: list, outputs: list, weights: list | None = None, domain: str = "", opset: int = OPSET
) -> bytes:
    made: GraphProto = helper.make_graph(nodes, "graph", inputs, outputs, weights)
    opsets = [helper.make_opsetid("", OPSET if domain else opset)]
    if domain:
        opsets.append(helper.make_opsetid(domain, opset))
    return helper.make_model(made, opset_imports=opsets, ir_version=IR_VERSION).SerializeToString()


def tensor(name: str, shape: list[int | str], datatype: int = TensorProto.FLOAT) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, datatype, shape)
