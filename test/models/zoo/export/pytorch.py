import torch


def export(model, columns):
    rows = torch.export.Dim("rows")
    exported = torch.onnx.export(
        model.eval(),
        (torch.zeros(2, columns),),
        input_names=["input"],
        output_names=["probabilities"],
        dynamic_shapes=({0: rows},),
        dynamo=True,
        verbose=False,
    )
    return exported.model_proto.SerializeToString()
