"""TensorFlow and Keras, through tf2onnx and by Keras's own export, which takes the same way."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import tensorflow
from keras.layers import Dense, Input, Normalization

from .export.keras import export, fold_normalization
from .trained import FRAUD, SEED, SPENT, TEST_X, X
from .written import About, Model

COLUMNS = X.shape[1]


def models() -> Iterator[Model]:
    keras.utils.set_random_seed(SEED)
    binary = _fitted("sigmoid", "binary_crossentropy", FRAUD)
    expected = binary.predict(TEST_X, verbose=0)
    yield Model("keras", export(binary, COLUMNS), {"input": TEST_X}, {"probabilities": expected}, _about("binary"))
    regressor = _fitted("linear", "mse", SPENT)
    fold_normalization(regressor)
    expected = {"Identity:0": regressor.predict(TEST_X, verbose=0)}
    yield Model("keras-export", _own_export(regressor), {"input": TEST_X}, expected, _about("regression"))


def _fitted(activation: str, loss: str, outcome: object) -> keras.Model:
    normalization = Normalization()
    normalization.adapt(X)
    layers = [Input((COLUMNS,), name="input"), normalization, Dense(16, "relu"), Dense(1, activation)]
    model = keras.Sequential(layers)
    model.compile("adam", loss)
    model.fit(X, outcome.astype("float32"), epochs=5, verbose=0)
    return model


def _own_export(model: keras.Model) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder, "model.onnx")
        model.export(str(file), format="onnx", verbose=False)
        return file.read_bytes()


def _about(task: str) -> About:
    return About("TensorFlow", tensorflow.__version__, task)
