"""Rows on the splits of a tree model, where the last bit of a value decides."""

from collections.abc import Iterator

import numpy as np
import onnx

Split = tuple[int, float]
"""A column and the value that a tree compares it with."""

_LARGEST = np.finfo(np.float32).max
"""What CatBoost splits at to part missing values from all others."""


def splits_of(exported: bytes) -> list[Split]:
    found = {split for node in onnx.load_from_string(exported).graph.node for split in _splits_of_node(node)}
    return sorted(found)


def _splits_of_node(node: onnx.NodeProto) -> Iterator[Split]:
    attributes = {attribute.name: attribute for attribute in node.attribute}
    if "nodes_modes" in attributes:
        modes = attributes["nodes_modes"].strings
        splits = zip(attributes["nodes_featureids"].ints, attributes["nodes_values"].floats)
        yield from (split for mode, split in zip(modes, splits) if mode != b"LEAF" and abs(split[1]) < _LARGEST)


def border_rows(splits: list[Split], rows: np.ndarray) -> np.ndarray:
    """Every split met by three rows: with the float32 below it, with the nearest and with the one above it."""
    below, above = np.float32(-np.inf), np.float32(np.inf)
    met = []
    for column, value in splits:
        nearest = np.float32(value)
        for value_met in (np.nextafter(nearest, below), nearest, np.nextafter(nearest, above)):
            row = rows[len(met) % len(rows)].copy()
            row[column] = value_met
            met.append(row)
    return np.array(met, np.float32)
