from skl2onnx import to_onnx
from skl2onnx.common.data_types import BooleanTensorType, FloatTensorType, Int64TensorType, StringTensorType

TYPES = {"f": FloatTensorType, "i": Int64TensorType, "b": BooleanTensorType, "O": StringTensorType}


def export(pipeline, frame):
    inputs = [(column, TYPES[kind.kind]([None, 1])) for column, kind in frame.dtypes.items()]
    return to_onnx(pipeline, initial_types=inputs, options={"zipmap": False}).SerializeToString()
