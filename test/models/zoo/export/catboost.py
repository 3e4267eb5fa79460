import onnx


def export(model, file):
    model.save_model(file, format="onnx")
    exported = onnx.load(file)
    if exported.graph.node[-1].op_type == "ZipMap":
        without_zipmap(exported.graph, classes=len(model.classes_))
    return exported.SerializeToString()


def without_zipmap(graph, classes):
    zipmap = graph.node.pop()
    graph.node[-1].output[1] = zipmap.output[0]
    graph.output.pop()
    probabilities = onnx.helper.make_tensor_value_info(zipmap.output[0], onnx.TensorProto.FLOAT, ["N", classes])
    graph.output.append(probabilities)
