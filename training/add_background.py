"""Writes the background of a version that was trained without one; the model stays as it is."""

import argparse
from pathlib import Path

from millrace_training.background import describe_background
from millrace_training.dataset import last_days
from millrace_training.model import score
from millrace_training.version import write_json
from train import MODELS, read_population


def add_background(arguments: argparse.Namespace) -> Path:
    folder = arguments.models / arguments.name / arguments.version
    data = last_days(read_population(arguments.population), arguments.population_days)
    scores = score((folder / "model.onnx").read_bytes(), data.features)
    write_json(
        folder / "background.json", describe_background(arguments.name, arguments.version, data.features, scores)
    )
    return folder / "background.json"


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("population", type=Path, help="that its reference describes, as train.py takes it")
    parser.add_argument("--name", default="card_fraud", help="name of the model (default: %(default)s)")
    parser.add_argument("--version", default="1", help="version that gets it (default: %(default)s)")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the models (default: the pipeline's)")
    parser.add_argument(
        "--population-days", type=int, default=35, help="last days that it stands for (default: %(default)s)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    print(add_background(read_arguments()))
