from onnxmltools import convert_sparkml
from onnxmltools.convert.common.data_types import FloatTensorType


def export(model, columns, spark):
    inputs = [("features", FloatTensorType([None, columns]))]
    return convert_sparkml(model, "model", inputs, spark_session=spark).SerializeToString()
