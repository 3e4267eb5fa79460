from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import is_classifier


def export(model, columns):
    inputs = [("input", FloatTensorType([None, columns]))]
    options = {"zipmap": False} if is_classifier(model) else None
    opsets = {"": 21, "ai.onnx.ml": 3}
    return to_onnx(model, initial_types=inputs, options=options, target_opset=opsets).SerializeToString()
