"""Trains the card fraud model and writes it as a version that the registry can serve."""

import argparse
from pathlib import Path

from millrace_training.dataset import read_dataset, split_by_time
from millrace_training.metrics import evaluate
from millrace_training.model import PARAMETERS, export, fit, largest_difference, score
from millrace_training.trained import Trained
from millrace_training.version import write_version

MODELS = Path(__file__).parent.parent / "pipelines" / "card-fraud" / "models"


def train(arguments: argparse.Namespace) -> Trained:
    dataset = read_dataset(arguments.training_set)
    training, test = split_by_time(dataset, arguments.test_days, arguments.delay_days)
    model = fit(training)
    onnx = export(model, len(dataset.inputs))
    test_scores = score(onnx, test.features)
    return Trained(
        name=arguments.name,
        version=arguments.version,
        onnx=onnx,
        parameters=PARAMETERS,
        training=training,
        test=test,
        test_scores=test_scores,
        figures=evaluate(test, test_scores),
        largest_difference=largest_difference(model, onnx, test.features),
    )


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("training_set", type=Path, help="NDJSON written by make-training-set.ts")
    parser.add_argument("--name", default="card_fraud", help="name of the model (default: %(default)s)")
    parser.add_argument("--version", default="1", help="version to write (default: %(default)s)")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the models (default: the pipeline's)")
    parser.add_argument("--test-days", type=int, default=35, help="days to test on (default: %(default)s)")
    parser.add_argument("--delay-days", type=int, default=7, help="days until outcomes are known (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = read_arguments()
    trained = train(arguments)
    print(write_version(trained, arguments.models), trained.figures)
