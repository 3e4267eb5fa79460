import keras
import tensorflow as tf
import tf2onnx


def export(model, columns):
    fold_normalization(model)
    rows = [tf.TensorSpec((None, columns), tf.float32, name="input")]
    scored = tf.function(lambda given: {"probabilities": model(given)}, input_signature=rows)
    exported, _ = tf2onnx.convert.from_function(scored, input_signature=rows, opset=18)
    return exported.SerializeToString()


def fold_normalization(model):
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.mean, layer.variance = layer.mean.numpy(), layer.variance.numpy()
