"""Logs an ONNX model as MLflow's documents show it, and registers it. Prints the number of the version.

Usage: log-model.py NAME [FILE...]    each FILE goes along as an extra file
"""

import sys

import mlflow
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def linear_model(columns):
    """A model whose weights are large enough for MLflow to put them into a file of their own."""
    weights = np.zeros((columns, 2), dtype=np.float32)
    weights[:, 0], weights[:, 1] = -1, 1
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["features", "weights", "start"], ["probabilities"])],
        "linear",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", columns])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 2])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([1, 0], dtype=np.float32), "start"),
        ],
    )
    opsets = [helper.make_opsetid("", 15)]
    return helper.make_model(graph, ir_version=8, opset_imports=opsets)


def main():
    name, *files = sys.argv[1:]
    info = mlflow.onnx.log_model(
        linear_model(400),
        name="model",
        registered_model_name=name,
        extra_files=files or None,
        pip_requirements=[],
    )
    print(info.registered_model_version)


main()
