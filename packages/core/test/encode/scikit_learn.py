"""Writes scikit-learn.json: what scikit-learn makes of a few columns. Run with scikit-learn 1.7.2."""

import json
from pathlib import Path

import numpy as np
import pandas
import scipy
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

random = np.random.default_rng(5)
x = np.round(np.concatenate([random.lognormal(1, 1, 60), -random.exponential(2, 25), [0, 0, 3, 3, 3]]), 3)
y = np.round(random.normal(50, 10, x.size), 3)
categories = random.choice(["web", "pos", "app", "phone"], x.size, p=[0.5, 0.3, 0.15, 0.05])
outcomes = (random.random(x.size) < np.where(categories == "web", 0.6, 0.2)).astype(int)
column = x.reshape(-1, 1)
texts = categories.reshape(-1, 1).astype(object)
asked = np.array([["web"], ["pos"], ["app"], ["phone"], ["fax"]], dtype=object)


def flat(values):
    return np.asarray(values, dtype=float).ravel().tolist()


def binned(strategy, **options):
    encoder = KBinsDiscretizer(5, encode="ordinal", strategy=strategy, subsample=None, **options).fit(column)
    return {"edges": encoder.bin_edges_[0][1:-1].tolist(), "values": flat(encoder.transform(column))}


power = PowerTransformer("yeo-johnson", standardize=False).fit(column)
ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(texts)
one_hot = OneHotEncoder(categories=[["web", "pos"]], handle_unknown="ignore", sparse_output=False).fit([["web"], ["pos"]])
target = TargetEncoder(smooth=10, target_type="binary").fit(texts, outcomes)
holed = column.copy()
holed[::7] = np.nan

Path(__file__).with_name("scikit-learn.json").write_text(
    json.dumps(
        {
            "source": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}, pandas {pandas.__version__}",
            "x": x.tolist(),
            "y": y.tolist(),
            "categories": categories.tolist(),
            "outcomes": outcomes.tolist(),
            "asked": asked.ravel().tolist(),
            "standard": flat(StandardScaler().fit_transform(column)),
            "minMax": flat(MinMaxScaler((-1, 1)).fit_transform(column)),
            "robust": flat(RobustScaler(quantile_range=(10, 90)).fit_transform(column)),
            "power": {"lambda": float(power.lambdas_[0]), "values": flat(power.transform(column))},
            "quantileBins": binned("quantile", quantile_method="linear"),
            "uniformBins": binned("uniform"),
            "polynomial": PolynomialFeatures(2, include_bias=False).fit_transform(np.column_stack([x, y]))[:, 2:].tolist(),
            "imputed": {s: float(SimpleImputer(strategy=s).fit(holed).statistics_[0]) for s in ["mean", "median", "most_frequent"]},
            "ordinal": flat(ordinal.transform(asked)),
            "oneHot": one_hot.transform(asked).tolist(),
            "target": flat(target.transform(asked)),
            "frequency": [float(pandas.Series(categories).value_counts(normalize=True).get(c, 0)) for c in asked.ravel()],
        },
        indent=1,
    )
    + "\n",
    encoding="utf-8",
)
