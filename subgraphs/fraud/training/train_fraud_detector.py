"""Trains `fraud-detector` 1: gradient-boosted trees on simulated (synthetic) payments."""

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import average_precision_score, brier_score_loss, precision_score, recall_score, roc_auc_score

from cards import frameworks, metric, write_data, write_version
from graphs import boosted_classifier
from simulator import DAYS, FEATURES, KINDS, WARM_UP_DAYS, simulate

SEED = 20261120
TRAINED_AT = "2026-11-20T14:00:00Z"
HELD_OUT_DAYS = 15
IMPUTED_DISTANCE = 4.2  # km, the median of the training payments
BOOSTING = {"n_estimators": 150, "learning_rate": 0.06, "max_depth": 4, "subsample": 0.5, "min_samples_leaf": 20}

# The decision costs least in expectation (Elkan 2001, "The foundations of cost-sensitive learning"): letting a payment
# through costs p × the loss, a review its fee, declining (1 - p) × the cost of turning an honest customer away.
LOSS_OF_A_FRAUD = 150  # EUR: the mean simulated fraud (138) and handling
COST_OF_A_REVIEW = 6  # EUR
COST_OF_A_FALSE_DECLINE = 40  # EUR
REVIEW_FROM = round(COST_OF_A_REVIEW / LOSS_OF_A_FRAUD, 2)
DECLINE_FROM = round(1 - COST_OF_A_REVIEW / COST_OF_A_FALSE_DECLINE, 2)


def main() -> None:
    payments = simulate(SEED)
    sha256 = write_data("payments", [*FEATURES, "fraud"], map(data_row, payments))
    held_out_from = DAYS - WARM_UP_DAYS - HELD_OUT_DAYS
    train = [payment for payment in payments if payment["day"] < held_out_from]
    held_out = [payment for payment in payments if payment["day"] >= held_out_from]
    classifier = GradientBoostingClassifier(**BOOSTING, random_state=SEED).fit(columns(train), labels(train))
    probability = classifier.predict_proba(columns(held_out))[:, 1]
    card = {
        **identity(payments, sha256),
        "split": {
            "method": f"by time: the last {HELD_OUT_DAYS} of {DAYS - WARM_UP_DAYS} simulated days held out",
            "seed": SEED,
            "trainRows": len(train),
            "heldOutRows": len(held_out),
        },
        "training": training(),
        "metrics": metrics(labels(held_out), probability),
        "limitations": LIMITATIONS,
        "goldenRows": golden_rows(held_out, probability),
    }
    write_version(boosted_classifier(classifier), card)


def columns(payments: list[dict]) -> np.ndarray:
    return np.array([[column(name, payment[name]) for name in FEATURES] for payment in payments])


def column(name: str, value) -> float:
    if name == "merchantKind":
        return KINDS.index(value)
    return IMPUTED_DISTANCE if value is None else float(value)


def labels(payments: list[dict]) -> np.ndarray:
    return np.array([int(payment["fraud"]) for payment in payments])


def data_row(payment: dict) -> list:
    values = [payment[name] for name in (*FEATURES, "fraud")]
    return ["" if value is None else value for value in values]


def metrics(truth, probability) -> list[dict]:
    measures = {
        "rocAuc": roc_auc_score,
        "averagePrecision": average_precision_score,
        "brierScore": brier_score_loss,
        "recallAtReview": lambda t, p: recall_score(t, p >= REVIEW_FROM),
        "precisionAtReview": lambda t, p: precision_score(t, p >= REVIEW_FROM),
        "shareReviewedOrDeclined": lambda t, p: np.mean(p >= REVIEW_FROM),
        "recallAtDecline": lambda t, p: recall_score(t, p >= DECLINE_FROM),
        "precisionAtDecline": lambda t, p: precision_score(t, p >= DECLINE_FROM),
    }
    return [metric(name, measure, truth, probability, SEED) for name, measure in measures.items()]


def golden_rows(held_out: list[dict], probability) -> list[dict]:
    """Held-out payments from the least to the most suspicious: some with a known distance, some without."""
    odds = np.log(probability / (1 - probability))
    unknown = np.array([payment["distanceFromHome"] is None for payment in held_out])
    chosen = [*spread(np.flatnonzero(~unknown), odds, 14), *spread(np.flatnonzero(unknown), odds, 6)]
    return [{"input": known(held_out[row]), "output": {"probability": float(probability[row])}} for row in chosen]


def spread(rows: np.ndarray, odds: np.ndarray, count: int) -> list[int]:
    """`count` of the rows, spread evenly over their log odds."""
    targets = np.linspace(odds[rows].min(), odds[rows].max(), count)
    return [rows[np.abs(odds[rows] - target).argmin()] for target in targets]


def known(payment: dict) -> dict:
    """The features of a payment; one that is not known is left out."""
    return {name: payment[name] for name in FEATURES if payment[name] is not None}


def identity(payments: list[dict], sha256: str) -> dict:
    frauds = labels(payments).sum()
    return {
        "model": "fraud-detector",
        "version": 1,
        "summary": "Probability that a card payment is fraudulent: boosted trees, trained on simulated (synthetic) payments.",
        "dataset": {
            "name": "Simulated card payments (synthetic)",
            "description": f"Synthetic: {len(payments)} payments made by a simulator, {frauds} of them fraudulent "
            f"({frauds / len(payments):.1%}). No real customer, card or fraud. Columns: the features and `fraud`; an "
            "unknown distance is empty.",
            "rows": len(payments),
            "sha256": sha256,
            "synthetic": True,
            "source": f"subgraphs/fraud/training/simulator.py, seed {SEED}",
        },
    }


def training() -> dict:
    return {
        "algorithm": "GradientBoostingClassifier",
        "hyperparameters": {
            **BOOSTING,
            "random_state": SEED,
            "imputedDistanceFromHome": IMPUTED_DISTANCE,
            "reviewFrom": REVIEW_FROM,
            "declineFrom": DECLINE_FROM,
            "thresholdRule": f"least expected cost: a missed fraud {LOSS_OF_A_FRAUD} EUR, a review {COST_OF_A_REVIEW} EUR, "
            f"a false decline {COST_OF_A_FALSE_DECLINE} EUR",
        },
        "frameworks": frameworks(),
        "script": "subgraphs/fraud/training/train_fraud_detector.py",
        "trainedAt": TRAINED_AT,
    }


LIMITATIONS = [
    "Trained and measured on synthetic payments only: its metrics say nothing about real fraud. Never a basis for real decisions.",
    f"REVIEW from {REVIEW_FROM} and DECLINE from {DECLINE_FROM} follow from the author's costs (see hyperparameters), "
    "not from any bank's.",
    "The simulator's fraudsters don't adapt; real ones do, and the model would age.",
    "First-party fraud (an honest-looking payment disputed later) cannot be told apart by these features.",
    f"An unknown distance counts as {IMPUTED_DISTANCE:g} km, the median: a distance that is withheld hides suspicion.",
]

if __name__ == "__main__":
    main()
