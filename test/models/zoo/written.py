"""What is written of each model: the model, rows, what the library itself answers for them, and what the model is."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

FLOAT32 = 1e-5
"""How far a score may be from the library's: both compute in float32, or the library in float64 and ONNX in float32."""

_DATATYPES = {
    "bool": "BOOL",
    "float16": "FP16",
    "float32": "FP32",
    "float64": "FP64",
    "int32": "INT32",
    "int64": "INT64",
}


@dataclass(frozen=True)
class About:
    """What a model is, and how near its scores come to the library's."""

    library: str
    version: str
    task: str
    tolerance: float = FLOAT32
    """The largest difference of a value, relative where the value is above 1."""
    reason: str = "float32"
    """Why the difference may be as large as that."""
    beyond: float = 0.0
    """The share of rows that may differ by more: those that lie on a split which float32 moves past them."""


@dataclass(frozen=True)
class Model:
    """A trained and exported model. The outputs of the library are under the names that they have in ONNX."""

    name: str
    onnx: bytes
    inputs: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]
    about: About
    files: dict[str, bytes] = field(default_factory=dict)
    """What lies beside the model, such as its weights."""


def write_model(folder: Path, model: Model) -> None:
    """Tensors are written as the Open Inference Protocol has them in JSON, with null for a missing value."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {"model.onnx": model.onnx, **model.files}.items():
        (folder / name).write_bytes(content)
    write_json(folder / "rows.json", {"inputs": tensors(model.inputs)})
    write_json(folder / "expected.json", {"outputs": tensors(model.expected)})
    write_json(folder / "about.json", asdict(model.about))


def tensors(arrays: dict[str, np.ndarray]) -> list[dict]:
    return [_tensor(name, np.asarray(array)) for name, array in arrays.items()]


def _tensor(name: str, array: np.ndarray) -> dict:
    datatype = _DATATYPES.get(array.dtype.name, "BYTES")
    return {"name": name, "datatype": datatype, "shape": list(array.shape), "data": _data(array)}


def _data(array: np.ndarray) -> list:
    """Row after row. A float32 is written with the digits that tell it from its neighbours."""
    flat = array.ravel()
    if flat.dtype.kind == "f":
        return [None if np.isnan(value) else float(str(value)) for value in flat]
    return flat.tolist()


def write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")
