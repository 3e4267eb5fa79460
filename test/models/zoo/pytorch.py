"""PyTorch, by torch.onnx.export."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from .export.pytorch import export
from .trained import CLASSES, FRAUD, SEED, TEST_X, X
from .written import About, Model

STEPS = 200
COLUMNS = X.shape[1]


def models() -> Iterator[Model]:
    for name, outcome in (("pytorch", FRAUD), ("pytorch-classes", CLASSES)):
        network = _fitted(outcome)
        with torch.no_grad():
            expected = network(torch.from_numpy(TEST_X)).numpy()
        about = About("PyTorch", torch.__version__.split("+")[0], f"{outcome.max() + 1} classes")
        yield Model(name, export(network, COLUMNS), {"input": TEST_X}, {"probabilities": expected}, about)


def _fitted(outcome: np.ndarray) -> nn.Module:
    torch.manual_seed(SEED)
    layers = nn.Sequential(nn.BatchNorm1d(COLUMNS), nn.Linear(COLUMNS, 16), nn.ReLU(), nn.Linear(16, outcome.max() + 1))
    optimizer = torch.optim.Adam(layers.parameters(), lr=0.01)
    for _ in range(STEPS):
        optimizer.zero_grad()
        nn.functional.cross_entropy(layers(torch.from_numpy(X)), torch.tensor(np.asarray(outcome))).backward()
        optimizer.step()
    return nn.Sequential(layers, nn.Softmax(dim=1)).eval()
