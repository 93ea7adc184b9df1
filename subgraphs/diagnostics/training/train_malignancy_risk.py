"""Trains `malignancy-risk`: version 1 a logistic regression, version 2 gradient-boosted trees, on one split."""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, recall_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cards import cross_validated, frameworks, metric, write_data, write_version
from graphs import boosted_classifier, linear_classifier

SEED = 20261120
TRAINED_AT = "2026-11-20T14:00:00Z"
MEASURES = (
    "radius", "texture", "perimeter", "area", "smoothness",
    "compactness", "concavity", "concavePoints", "symmetry", "fractalDimension",
)  # fmt: skip
FEATURES = [measure + statistic for statistic in ("Mean", "Error", "Worst") for measure in MEASURES]
LOGISTIC = {"C": 1.0, "penalty": "l2", "solver": "lbfgs", "max_iter": 1000}
BOOSTING = {"n_estimators": 200, "learning_rate": 0.1, "max_depth": 3, "subsample": 0.6, "max_features": "sqrt"}
LIMITATIONS = [
    "Not a medical device: a demonstration on a public teaching data set. Never a basis for a diagnosis.",
    "569 patients of one hospital in Wisconsin, recorded before 1995; other populations, needles and imaging will differ.",
    "37 % of the records are malignant, far more than in screening: probabilities are not calibrated for other base rates.",
    "142 held-out rows make wide intervals; differences between the versions of a point or two are within noise.",
]


def main() -> None:
    data = load_breast_cancer()
    rows, malignant = data.data, (data.target == 0).astype(int)
    labels = ["MALIGNANT" if positive else "BENIGN" for positive in malignant]
    sha256 = write_data("wisconsin", [*FEATURES, "diagnosis"], [[*row, label] for row, label in zip(rows, labels)])
    split = train_test_split(rows, malignant, test_size=0.25, stratify=malignant, random_state=SEED)
    train_logistic(split, sha256)
    train_boosting(split, sha256)


def train_logistic(split: list, sha256: str) -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(**LOGISTIC)).fit(split[0], split[2])
    card = describe(pipeline, split, sha256) | {
        "version": 1,
        "summary": "Probability that a breast mass is malignant, from 30 measurements of cell nuclei: a logistic regression.",
        "training": training("StandardScaler, LogisticRegression", LOGISTIC),
        "limitations": [*LIMITATIONS, "Linear in the measurements: it sees no interactions between them."],
    }
    write_version(linear_classifier(pipeline[0], pipeline[1]), card)


def train_boosting(split: list, sha256: str) -> None:
    classifier = GradientBoostingClassifier(**BOOSTING, random_state=SEED).fit(split[0], split[2])
    card = describe(classifier, split, sha256) | {
        "version": 2,
        "summary": "Probability that a breast mass is malignant, from 30 measurements of cell nuclei: boosted trees.",
        "training": training("GradientBoostingClassifier", {**BOOSTING, "random_state": SEED}),
        "limitations": [*LIMITATIONS, "Trees answer probabilities close to 0 or 1 and do not extrapolate beyond the data."],
    }
    write_version(boosted_classifier(classifier), card)


def describe(estimator, split: list, sha256: str) -> dict:
    train, held_out, train_truth, truth = split
    probability = estimator.predict_proba(held_out)[:, 1]
    return {
        "model": "malignancy-risk",
        "version": None,
        "summary": None,
        "dataset": {
            "name": "Breast Cancer Wisconsin (Diagnostic)",
            "description": "Measurements of cell nuclei in digitised images of fine-needle aspirates of breast masses, "
            "with the diagnosis. Columns: the 30 features and the diagnosis.",
            "rows": len(train) + len(held_out),
            "sha256": sha256,
            "synthetic": False,
            "source": "Street, Wolberg and Mangasarian 1993; UCI, doi:10.24432/C5DW2B, CC BY 4.0; "
            "as bundled with scikit-learn (load_breast_cancer)",
        },
        "split": {
            "method": "train_test_split, 25 % held out, stratified by diagnosis",
            "seed": SEED,
            "trainRows": len(train),
            "heldOutRows": len(held_out),
        },
        "training": None,
        "metrics": [
            metric("rocAuc", roc_auc_score, truth, probability, SEED),
            metric("accuracy", at_half(accuracy_score), truth, probability, SEED),
            metric("sensitivity", at_half(recall_score), truth, probability, SEED),
            metric("specificity", at_half(specificity), truth, probability, SEED),
            metric("brierScore", brier_score_loss, truth, probability, SEED),
            cross_validated("rocAuc", cross_val_score(estimator, train, train_truth, cv=folds(), scoring="roc_auc")),
        ],
        "limitations": None,
        "goldenRows": golden_rows(held_out, probability),
    }


def golden_rows(held_out, probability, count: int = 12) -> list[dict]:
    """Held-out rows spread evenly from the surest benign to the surest malignant one, doubtful ones among them."""
    order = np.argsort(probability)
    chosen = order[np.linspace(0, len(order) - 1, count).round().astype(int)]
    return [
        {"input": dict(zip(FEATURES, map(float, held_out[row]))), "output": {"probability": float(probability[row])}}
        for row in chosen
    ]


def training(algorithm: str, hyperparameters: dict) -> dict:
    return {
        "algorithm": algorithm,
        "hyperparameters": hyperparameters,
        "frameworks": frameworks(),
        "script": "subgraphs/diagnostics/training/train_malignancy_risk.py",
        "trainedAt": TRAINED_AT,
    }


def folds() -> StratifiedKFold:
    return StratifiedKFold(5, shuffle=True, random_state=SEED)


def at_half(measure):
    return lambda truth, probability: measure(truth, probability >= 0.5)


def specificity(truth, answer) -> float:
    return recall_score(1 - truth, ~answer)


if __name__ == "__main__":
    main()
