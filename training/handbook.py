"""Makes, checks and measures the published set of the Fraud Detection Handbook."""

import argparse
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

from millrace_training.handbook.checksums import PUBLISHED, PUBLISHED_FEATURES, checksums, feature_sums
from millrace_training.handbook.comparison import compare
from millrace_training.handbook.features import compute_features
from millrace_training.handbook.file import read_file, write_file
from millrace_training.handbook.report import Comparison, render_report
from millrace_training.handbook.simulator import simulate
from millrace_training.handbook.split import make_dataset, split_weeks
from millrace_training.handbook.transactions import Transactions
from millrace_training.handbook.vectors import largest_differences, read_vectors
from millrace_training.metrics import card_precision

Features = dict[str, np.ndarray]

REPORT = Path(__file__).parent.parent / "docs" / "training.md"

AVERAGE, MAX_AVERAGE_DIFFERENCE = "AVG_AMOUNT", 1e-9
"""Averages are rounded in another order; every other feature must be equal."""


def run_simulate(arguments: argparse.Namespace) -> None:
    transactions = simulate()
    check_sums(checksums(transactions), PUBLISHED)
    write_file(transactions, arguments.file)


def run_check(arguments: argparse.Namespace) -> None:
    transactions, features = read_checked(arguments.file)
    if arguments.vectors is not None:
        read_checked_vectors(arguments.vectors, transactions, features)


def run_compare(arguments: argparse.Namespace) -> None:
    transactions, features = read_checked(arguments.file)
    vectors, differences = read_checked_vectors(arguments.vectors, transactions, features)
    comparison = compare_models(transactions, vectors, differences)
    arguments.report.write_text(render_report(comparison), encoding="utf-8")


def read_checked(file: Path) -> tuple[Transactions, Features]:
    """The transactions of a file, which must be the published ones, and their features, computed here."""
    transactions = read_file(file)
    check_sums(checksums(transactions), PUBLISHED)
    features = compute_features(transactions)
    check_sums(feature_sums(features), PUBLISHED_FEATURES)
    return transactions, features


def read_checked_vectors(
    path: Path, transactions: Transactions, features: Features
) -> tuple[Features, dict[str, float]]:
    """The vectors of the services, and how far each feature lies from the computed one at most."""
    vectors = read_vectors(path, transactions)
    check_sums(feature_sums(vectors), PUBLISHED_FEATURES)
    return vectors, check_vectors(vectors, features)


def compare_models(transactions: Transactions, vectors: Features, differences: dict[str, float]) -> Comparison:
    training, test = split_weeks(make_dataset(transactions, vectors))
    results = []
    for result in compare(training, test):
        print(result.candidate.title, result.figures, "published:", result.candidate.published, flush=True)
        results.append(result)
    missed = [result.candidate.title for result in results if not result.is_within_tolerance]
    if missed:
        sys.exit(f"too far from the published figures: {', '.join(missed)}")
    return Comparison(
        rows=len(transactions),
        frauds=int(transactions.frauds.sum()),
        differences=differences,
        training=training,
        test=test,
        best_card_precision=card_precision(test, test.outcomes),
        results=results,
    )


def check_sums(found: dict, expected: dict) -> None:
    """Ends the command where they differ."""
    for name, value in found.items():
        print(f"{name}: {value}, {'as published' if value == expected[name] else f'published {expected[name]}'}")
    if found != expected:
        sys.exit("this is not the published set")


def check_vectors(vectors: Features, features: Features) -> dict[str, float]:
    """Ends the command where the services made other features."""
    differences = largest_differences(vectors, features)
    for name, difference in differences.items():
        print(f"{name}: largest difference {difference:g}")
    limits = {name: MAX_AVERAGE_DIFFERENCE if AVERAGE in name else 0 for name in differences}
    wrong = [name for name in differences if not differences[name] <= limits[name]]
    if wrong:
        sys.exit(f"the services made other features: {', '.join(wrong)}")
    return differences


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    vectors = "written by npm start -- --input FILE --vectors VECTORS"

    command = commands.add_parser("simulate", help="make the set, check it and write it")
    command.add_argument("file", type=Path, help="CSV to write, compressed with gzip")
    command.set_defaults(run=run_simulate)

    command = commands.add_parser("check", help="compare a file, its features and its vectors with what was published")
    command.add_argument("file", type=Path)
    command.add_argument("vectors", type=Path, nargs="?", help=vectors)
    command.set_defaults(run=run_check)

    command = commands.add_parser("compare", help="train the handbook's models and write docs/training.md")
    command.add_argument("file", type=Path)
    command.add_argument("vectors", type=Path, help=vectors)
    command.add_argument("--report", type=Path, default=REPORT)
    command.set_defaults(run=run_compare)
    return parser.parse_args()


if __name__ == "__main__":
    arguments = read_arguments()
    started = perf_counter()
    arguments.run(arguments)
    print(f"{perf_counter() - started:.0f} s")
