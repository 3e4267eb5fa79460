from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType
from skl2onnx.sklapi import CastTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def scaled(trees):
    return make_pipeline(StandardScaler(), CastTransformer(), trees)


def export(pipeline, columns):
    inputs = [("input", DoubleTensorType([None, columns]))]
    return to_onnx(pipeline, initial_types=inputs, options={"zipmap": False}).SerializeToString()
