"""The model card: what a model is, what it was made of, how good it is and where it ends."""

from datetime import UTC, datetime

from .dataset import Dataset
from .reference import SCORE, describe, stability_index
from .trained import Trained

TEMPLATE = """# {name} {version}

Probability that a card transaction is fraud, from {inputs} inputs: the amount, the time of day and week, what the
customer spent in the last 1, 7 and 30 days, and how risky the terminal was a week before.

## Model
XGBoost, {trees} trees of depth {depth}, exported to ONNX. Input `features` (float32, N × {inputs}, in the order of
`manifest.json`), outputs `label` (int64, N) and `probabilities` (float32, N × 2). On all {compared_rows} rows of both
tests the exported model differs from the fitted one by at most {largest_difference:.1e}.

## Data
Trained on the published simulated set of the Fraud Detection Handbook (Le Borgne, Siblini, Lebichot, Bontempi,
2022), with the vectors that the services themselves made of it. The first 37 days, whose features lack history, are
left out, and so is the week before the test, whose outcomes were not known yet. Tested on the handbook's test week,
without the cards that were known to be compromised, and on the population that `npm start` simulates.

| | days | transactions | frauds |
| --- | --- | --- | --- |
| training: published set | {training} |
| test: published set | {test} |
| test: simulated population | {population} |

## Figures

| | published set | simulated population |
| --- | --- | --- |
| ROC AUC | {test_figures[auc]:.3f} | {population_figures[auc]:.3f} |
| average precision | {test_figures[average_precision]:.3f} | {population_figures[average_precision]:.3f} |
| card precision at 100 | {test_figures[card_precision_at_100]:.3f} | {population_figures[card_precision_at_100]:.3f} |
| … of a perfect ranking | {best_test:.3f} | {best_population:.3f} |

## Reference
`reference.json` describes the simulated population, not the published set: drift is measured against what the model
will see. In the published set 10,000 terminals serve 5,000 customers, in the population 2,000 serve 1,000, and
terminals differ more in how busy they are. Against this reference the test week of the published set has a
population stability index of 0.1 or more for {differing}.

## Limits
- The data are simulated: the figures say nothing about real payments.
- Fraud without a trace in the inputs stays unseen: a stolen card used for usual amounts, a terminal in its first week
  of fraud.
- The scores are not calibrated, and they depend on the share of fraud in the training data: where fraud is rarer or
  more frequent, look at the thresholds again.
- The reference is made for features with 37 days of history; windows with less differ from it without any drift.

## Retraining
See `training/README.md`. A new version is a new folder beside this one.
"""


DIFFERS_FROM = 0.1
"""The usual limit between a stable and a shifted distribution."""


def render_card(trained: Trained) -> str:
    tests = (trained.test, trained.population)
    return TEMPLATE.format(
        name=trained.name,
        version=trained.version,
        inputs=len(trained.training.inputs),
        trees=trained.parameters["n_estimators"],
        depth=trained.parameters["max_depth"],
        compared_rows=sum(len(tested.data.times) for tested in tests),
        largest_difference=max(tested.largest_difference for tested in tests),
        training=_describe(trained.training),
        test=_describe(trained.test.data),
        population=_describe(trained.population.data),
        test_figures=trained.test.figures,
        population_figures=trained.population.figures,
        best_test=trained.test.figures["best_card_precision_at_100"],
        best_population=trained.population.figures["best_card_precision_at_100"],
        differing=_differing(trained),
    )


def _differing(trained: Trained) -> str:
    """Inputs, and the score, whose distribution in the published set is another than in the population."""
    reference = describe(trained.population.data, trained.population.scores)
    columns = dict(zip(trained.test.data.inputs, trained.test.data.features.T)) | {SCORE: trained.test.scores}
    indexes = {name: stability_index(reference[name], values) for name, values in columns.items()}
    found = [f"`{name}` ({index:.2f})" for name, index in indexes.items() if index >= DIFFERS_FROM]
    return " and ".join(found) or "no input"


def _describe(dataset: Dataset) -> str:
    first, last = (datetime.fromtimestamp(time / 1000, UTC).date() for time in dataset.times[[0, -1]])
    return f"{first} to {last} | {len(dataset.times)} | {dataset.outcomes.sum()}"
