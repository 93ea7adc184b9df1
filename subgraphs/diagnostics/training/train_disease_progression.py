"""Trains `disease-progression` 1: ridge regression on the diabetes data, features in the units they were measured in."""

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import RidgeCV
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cards import cross_validated, frameworks, metric, write_data, write_version
from graphs import linear_regressor

SEED = 20261120
TRAINED_AT = "2026-11-20T14:00:00Z"
FEATURES = [
    "age", "sex", "bodyMassIndex", "bloodPressure", "totalCholesterol",
    "lowDensityLipoproteins", "highDensityLipoproteins", "cholesterolRatio", "logTriglycerides", "glucose",
]  # fmt: skip
SEX = ("CODE_1", "CODE_2")
ALPHAS = [float(alpha) for alpha in np.logspace(-1, 3, 9).round(4)]


def main() -> None:
    data = load_diabetes(scaled=False)
    rows = np.hstack([data.data[:, :1], data.data[:, 1:2] - 1, data.data[:, 2:]])
    sha256 = write_data("diabetes", [*FEATURES, "progression"], map(data_row, rows, data.target))
    train, held_out, train_truth, truth = train_test_split(rows, data.target, test_size=0.25, random_state=SEED)
    pipeline = make_pipeline(StandardScaler(), RidgeCV(alphas=ALPHAS)).fit(train, train_truth)
    answer = pipeline.predict(held_out)
    scores = cross_val_score(pipeline, train, train_truth, cv=KFold(5, shuffle=True, random_state=SEED))
    card = {
        **identity(sha256, len(rows)),
        "split": {
            "method": "train_test_split, 25 % held out",
            "seed": SEED,
            "trainRows": len(train),
            "heldOutRows": len(held_out),
        },
        "training": training(pipeline[1].alpha_),
        "metrics": [
            metric("r2", r2_score, truth, answer, SEED),
            metric("meanAbsoluteError", mean_absolute_error, truth, answer, SEED),
            metric("rootMeanSquaredError", root_mean_squared_error, truth, answer, SEED),
            cross_validated("r2", scores),
        ],
        "limitations": limitations(mean_absolute_error(truth, answer)),
        "goldenRows": golden_rows(held_out, answer),
    }
    write_version(linear_regressor(pipeline[0], pipeline[1], "progression"), card)


def data_row(row, target) -> list:
    return named(row) + [target]


def named(row) -> list:
    """A row in the words of the contract: the code of `sex` becomes its category."""
    return [SEX[int(value)] if name == "sex" else float(value) for name, value in zip(FEATURES, row)]


def identity(sha256: str, rows: int) -> dict:
    return {
        "model": "disease-progression",
        "version": 1,
        "summary": "Progression of diabetes one year after ten baseline measurements: a ridge regression.",
        "dataset": {
            "name": "Diabetes (Efron et al. 2004)",
            "description": "Age, sex, body mass index, blood pressure and six serum measurements of diabetes patients, "
            "and a quantitative measure of disease progression one year later. Columns: the features and the measure.",
            "rows": rows,
            "sha256": sha256,
            "synthetic": False,
            "source": "Efron, Hastie, Johnstone and Tibshirani 2004, Least Angle Regression, Annals of Statistics 32(2); "
            "as bundled with scikit-learn (load_diabetes, scaled=False)",
        },
    }


def training(alpha: float) -> dict:
    return {
        "algorithm": "StandardScaler, RidgeCV",
        "hyperparameters": {"alpha": alpha, "alphaChosenFrom": ", ".join(f"{a:g}" for a in ALPHAS), "cv": "leave-one-out"},
        "frameworks": frameworks(),
        "script": "subgraphs/diagnostics/training/train_disease_progression.py",
        "trainedAt": TRAINED_AT,
    }


def limitations(error: float) -> list[str]:
    return [
        "Not a medical device: a demonstration on a public teaching data set. Never a basis for a treatment.",
        f"Explains less than half of the variance; off by about {error:.0f} on average on a measure that runs from 25 to 346.",
        "442 patients, all of them with diabetes, of one study; it says nothing about people without the disease.",
        "The published data name neither the units of the measure nor which code of `sex` is which: the codes are kept.",
    ]


def golden_rows(held_out, answer, count: int = 12) -> list[dict]:
    """Held-out rows spread evenly from the lowest to the highest prediction."""
    order = np.argsort(answer)
    chosen = order[np.linspace(0, len(order) - 1, count).round().astype(int)]
    return [
        {"input": dict(zip(FEATURES, named(held_out[row]))), "output": {"progression": float(answer[row])}}
        for row in chosen
    ]


def root_mean_squared_error(truth, answer) -> float:
    return mean_squared_error(truth, answer, squared=False)


if __name__ == "__main__":
    main()
