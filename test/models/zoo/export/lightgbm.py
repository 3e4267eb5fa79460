from lightgbm import LGBMClassifier
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType


def export(model, columns):
    inputs = [("input", FloatTensorType([None, columns]))]
    options = {"zipmap": False} if isinstance(model, LGBMClassifier) else {}
    return convert_lightgbm(model, initial_types=inputs, **options).SerializeToString()
