"""The model card: what a model is, what it was made of, how good it is and where it ends."""

from datetime import UTC, datetime

from .dataset import Dataset
from .trained import Trained

TEMPLATE = """# {name} {version}

Probability that a card transaction is fraud, from {inputs} inputs: the amount, the time of day and week, what the
customer spent in the last 1, 7 and 30 days, and how risky the terminal was a week before.

## Model
XGBoost, {trees} trees of depth {depth}, exported to ONNX. Input `features` (float32, N × {inputs}, in the order of
`manifest.json`), outputs `label` (int64, N) and `probabilities` (float32, N × 2). On all {test_rows} test rows the
exported model differs from the fitted one by at most {largest_difference:.1e}.

## Data
Simulated card payments after the Fraud Detection Handbook (Le Borgne, Siblini, Lebichot, Bontempi, 2022), made by
the project's own simulator. The first 37 days, whose features lack history, are left out.

| | days | transactions | frauds |
| --- | --- | --- | --- |
| training | {training} |
| test | {test} |

Between the two lie the days whose outcomes were not known yet when the test began.

## Figures
On the test days, which are later than all training days:

| | |
| --- | --- |
| ROC AUC | {auc:.3f} |
| average precision | {average_precision:.3f} |
| card precision at 100 | {card_precision_at_100:.3f} of {best_card_precision_at_100:.3f} that a perfect ranking would reach |

## Limits
- The data are simulated: the figures say nothing about real payments.
- Fraud without a trace in the inputs stays unseen: a stolen card used for usual amounts, a terminal in its first week
  of fraud.
- The scores are not calibrated, and they depend on the share of fraud in the training data: where fraud is rarer or
  more frequent, look at the thresholds again.
- The population is 1,000 customers at 2,000 terminals. Among 5,000 and 10,000, the handbook's numbers, it scores as
  well, but terminals differ less in how busy they are, and `terminal_count_7d` and `terminal_count_30d` show as drift.
- `reference.json` describes the test days. It is made for features with 37 days of history; windows with less differ
  from it without any drift.

## Retraining
See `training/README.md`. A new version is a new folder beside this one.
"""


def render_card(trained: Trained) -> str:
    return TEMPLATE.format(
        name=trained.name,
        version=trained.version,
        inputs=len(trained.test.inputs),
        trees=trained.parameters["n_estimators"],
        depth=trained.parameters["max_depth"],
        test_rows=len(trained.test.times),
        largest_difference=trained.largest_difference,
        training=_describe(trained.training),
        test=_describe(trained.test),
        **trained.figures,
    )


def _describe(dataset: Dataset) -> str:
    first, last = (datetime.fromtimestamp(time / 1000, UTC).date() for time in dataset.times[[0, -1]])
    return f"{first} to {last} | {len(dataset.times)} | {dataset.outcomes.sum()}"
