from onnxmltools import convert_sparkml
from onnxmltools.convert.common.data_types import FloatTensorType, StringTensorType

TYPES = {"double": FloatTensorType, "string": StringTensorType}


def export(pipeline, columns, spark):
    inputs = [(name, TYPES[kind]([None, 1])) for name, kind in columns.items()]
    return convert_sparkml(pipeline, "model", inputs, spark_session=spark).SerializeToString()
