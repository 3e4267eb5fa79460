"""Trains the card fraud model on the published set and writes it as a version that the registry can serve."""

import argparse
import json
from pathlib import Path

from millrace_training.dataset import Dataset, last_days, read_dataset
from millrace_training.handbook.file import read_file
from millrace_training.handbook.split import make_dataset, split_weeks
from millrace_training.handbook.vectors import read_vectors
from millrace_training.metrics import evaluate
from millrace_training.model import PARAMETERS, export, fit, largest_difference, native_score, score
from millrace_training.trained import Tested, Trained
from millrace_training.training_set import read_training_set
from millrace_training.version import write_version

MODELS = Path(__file__).parent.parent / "pipelines" / "card-fraud" / "models"

WARM_UP_DAYS = 30 + 7
"""The first transactions have less history than the longest window and the delay of the labels."""

ENTITY = "customerId"
"""Whose card a transaction is, as a column of a training set."""


def train(arguments: argparse.Namespace) -> Trained:
    population = last_days(read_population(arguments.population), arguments.population_days)
    transactions = read_file(arguments.file)
    published = make_dataset(transactions, read_vectors(arguments.vectors, transactions))
    training, test = split_weeks(published.named(population.inputs), first_training_day=WARM_UP_DAYS)
    model = fit(training)
    onnx = export(model, len(training.inputs))

    def tested(dataset: Dataset) -> Tested:
        scores = score(onnx, dataset.features)
        difference = largest_difference(native_score(model, dataset.features), onnx, dataset.features)
        return Tested(dataset, scores, evaluate(dataset, scores), difference)

    return Trained(
        name=arguments.name,
        version=arguments.version,
        onnx=onnx,
        parameters=PARAMETERS,
        training=training,
        test=tested(test),
        population=tested(population),
        encoders=arguments.encoders and json.loads(arguments.encoders.read_text(encoding="utf-8"))["digest"],
    )


def read_population(path: Path) -> Dataset:
    return read_training_set(path, ENTITY) if path.is_dir() else read_dataset(path)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="the published set, written by handbook.py simulate")
    parser.add_argument("vectors", type=Path, help="of npm start -- --input FILE --vectors VECTORS")
    parser.add_argument("population", type=Path, help="written by make-population-set.ts or millrace training-set")
    parser.add_argument("--name", default="card_fraud", help="name of the model (default: %(default)s)")
    parser.add_argument("--version", default="1", help="version to write (default: %(default)s)")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the models (default: the pipeline's)")
    parser.add_argument(
        "--population-days", type=int, default=35, help="last days that the reference describes (default: %(default)s)"
    )
    parser.add_argument(
        "--encoders", type=Path, help="what encoders had learnt that made the vectors, written by millrace fit"
    )
    return parser.parse_args()


if __name__ == "__main__":
    arguments = read_arguments()
    trained = train(arguments)
    print(write_version(trained, arguments.models))
    print("published set:", trained.test.figures)
    print("population:", trained.population.figures)
