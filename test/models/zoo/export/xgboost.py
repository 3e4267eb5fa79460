from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType


def export(model, columns):
    inputs = [("input", FloatTensorType([None, columns]))]
    return convert_xgboost(model, initial_types=inputs).SerializeToString()
