"""Training sets as `millrace training-set` writes them: Parquet files by day, and a manifest."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from .dataset import Dataset

MANIFEST = "_manifest.json"


def read_training_set(folder: Path, entity: str) -> Dataset:
    """Reads a set whose files are those that its manifest names; `entity` is the column that becomes `customers`.

    Raises ValueError where the set is not finished, or is not what was written.
    """
    manifest = read_manifest(folder)
    inputs = tuple(manifest["inputs"])
    label = manifest["label"]["column"]
    parts = [_read_file(folder, file, ["event_time", entity, label, *inputs]) for file in manifest["files"]]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if len(columns[label]) != manifest["rows"]:
        raise ValueError(f"{folder} has {len(columns[label])} rows, not {manifest['rows']}: make the set again")
    return Dataset(
        inputs=inputs,
        times=columns["event_time"].astype("datetime64[ms]").astype(np.int64),
        customers=columns[entity].astype(str),
        features=np.stack([columns[name].astype(np.float64) for name in inputs], axis=1),
        outcomes=columns[label].astype(np.int64),
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a set, whose name must be the digest of all the rest."""
    path = folder / MANIFEST
    if not path.exists():
        raise ValueError(f"{folder} has no {MANIFEST}: the set is not finished, make it again")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    content = {key: value for key, value in manifest.items() if key != "name"}
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    if _digest(text.encode()) != manifest["name"]:
        raise ValueError(f"{path} was changed after it was written: make the set again")
    return manifest


def _read_file(folder: Path, file: dict[str, Any], columns: list[str]) -> dict[str, np.ndarray]:
    content = (folder / file["path"]).read_bytes()
    if _digest(content) != file["sha256"]:
        raise ValueError(f"{folder / file['path']} was changed after it was written: make the set again")
    table = parquet.ParquetFile(folder / file["path"]).read(columns=columns)
    return {name: table.column(name).to_numpy() for name in columns}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
