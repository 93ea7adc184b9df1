"""Reference values for the statistics of rollouts, from SciPy and scikit-learn.

    python3 reference.py > reference.golden.json

Debian's python3-scipy 1.10 and python3-sklearn 1.2. Run again only to add cases: the values are committed, the tests
never need Python. Samples are synthetic and drawn from a fixed seed.
"""

import json

import numpy as np
from scipy import special, stats
from sklearn import metrics

RANDOM = np.random.default_rng(20240601)
LEVELS = [0.8, 0.95, 0.99]


def interval(lower, upper):
    return {"lower": float(lower), "upper": float(upper)}


def normal():
    xs = [-37.5, -20, -8, -5, -3.0001, -3, -2.9999, -1.96, -0.5, -1e-8, 0, 0.25, 1, 1.6448536269514722, 3.5, 6]
    ps = [1e-300, 1e-20, 1e-10, 1e-4, 0.005, 0.025, 0.0749, 0.0751, 0.3, 0.5, 0.6, 0.95, 0.975, 0.9999, 1 - 1e-12]
    return {
        "cdf": [{"x": x, "value": float(special.ndtr(x))} for x in xs],
        "quantile": [{"p": p, "value": float(special.ndtri(p))} for p in ps],
    }


def student():
    degrees = [1, 1.5, 2, 3.7, 5, 10, 29.3, 100, 1234.5, 1e5, 1e6]
    ts = [-40, -6, -2.5, -1, -0.1, -1e-6, 0, 0.3, 1.96, 4]
    ps = [1e-8, 1e-4, 0.005, 0.025, 0.2, 0.499, 0.5, 0.7, 0.95, 0.9995]
    return {
        "cdf": [{"t": t, "degrees": d, "value": float(stats.t.cdf(t, d))} for d in degrees for t in ts],
        "quantile": [{"p": p, "degrees": d, "value": float(stats.t.ppf(p, d))} for d in degrees for p in ps],
    }


def incomplete_beta():
    cases = [(0.5, 0.5, 0.3), (2, 3, 0.1), (2, 3, 0.95), (50, 0.5, 0.999), (1e4, 2e4, 0.335), (1e6, 0.5, 0.9999995),
             (12.5, 900, 0.01), (990_000, 10_001, 0.99), (1e-3, 4, 0.5)]
    return [{"a": a, "b": b, "x": x, "value": float(special.betainc(a, b, x))} for a, b, x in cases]


PAIRS = [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((0, 10), (0, 20)), ((10, 10), (0, 20)), ((5, 56), (0, 29)),
         ((800, 10_000), (19_000, 190_000)), ((3, 1_000_000), (9, 900_000)), ((1, 1), (1, 2))]


def proportions():
    return [proportion_case(a, b, level) for a, b in PAIRS for level in LEVELS]


def proportion_case(a, b, level):
    (p1, w1), (p2, w2) = [(k / n, stats.binomtest(k, n).proportion_ci(level, method="wilson")) for k, n in (a, b)]
    difference = p1 - p2
    return {
        "a": {"count": a[0], "total": a[1]},
        "b": {"count": b[0], "total": b[1]},
        "confidence": level,
        "wilson": [interval(w1.low, w1.high), interval(w2.low, w2.high)],
        "newcombe": interval(difference - np.sqrt((p1 - w1.low) ** 2 + (w2.high - p2) ** 2),
                             difference + np.sqrt((w1.high - p1) ** 2 + (p2 - w2.low) ** 2)),
        "test": proportion_test(a, b),
    }


def proportion_test(a, b):
    table = [[a[0], a[1] - a[0]], [b[0], b[1] - b[0]]]
    if min(np.sum(table, axis=0)) == 0:
        return None
    chi2, p_value, _, _ = stats.chi2_contingency(table, correction=False)
    return {"chi2": float(chi2), "pValue": float(p_value)}


def means():
    shapes = [(5, 0, 1, 8, 0.5, 3), (40, 10, 2, 900, 10.3, 2.5), (3, 1e6, 1, 3, 1e6 + 1, 1e-3), (2, 0, 1, 2, 5, 1)]
    return [mean_case(*shape, level) for shape in shapes for level in LEVELS]


def mean_case(n1, mean1, sd1, n2, mean2, sd2, level):
    a, b = RANDOM.normal(mean1, sd1, n1), RANDOM.normal(mean2, sd2, n2)
    v1, v2 = a.var(ddof=1) / n1, b.var(ddof=1) / n2
    degrees = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    difference, half = a.mean() - b.mean(), stats.t.ppf((1 + level) / 2, degrees) * np.sqrt(v1 + v2)
    test = stats.ttest_ind(a, b, equal_var=False)
    return {
        "a": a.tolist(),
        "b": b.tolist(),
        "confidence": level,
        "mean": interval(*stats.t.interval(level, n1 - 1, a.mean(), stats.sem(a))),
        "welch": interval(difference - half, difference + half),
        "degrees": float(degrees),
        "test": {"statistic": float(test.statistic), "pValue": float(test.pvalue)},
    }


def ranks():
    cases = [(10, 0.5), (100, 0.5), (300, 0.99), (367, 0.99), (368, 0.99), (5_000, 0.99), (1_000_000, 0.99)]
    return [rank_case(n, p, level) for n, p in cases for level in LEVELS]


def rank_case(n, p, level):
    tail = (1 - level) / 2
    below = stats.binom.cdf(np.arange(0, n + 1), n, p)  # below[r - 1] = P(at most r − 1)
    return {
        "n": n, "p": p, "confidence": level,
        "lower": int(np.searchsorted(below, tail, side="right")),
        "upper": min(n + 1, int(np.searchsorted(below[:n], 1 - tail, side="left")) + 1),
    }


def classifications():
    return [classification_case(n, prevalence, shift, digits, level)
            for n, prevalence, shift, digits in [(12, 0.5, 1, 3), (200, 0.3, 1, 2), (500, 0.05, 0.2, 1), (60, 0.5, 0, 2)]
            for level in LEVELS]


def classification_case(n, prevalence, shift, digits, level):
    truth = (RANDOM.random(n) < prevalence).astype(int)
    truth[:4] = [0, 0, 1, 1]
    score = np.round(special.expit(RANDOM.normal(shift * (truth - 0.5), 1)), digits)
    said = (score >= 0.5).astype(int)
    auc, variance = metrics.roc_auc_score(truth, score), delong(truth, score)
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt(variance) / (auc * (1 - auc))
    return {
        "score": score.tolist(), "truth": truth.tolist(), "confidence": level,
        "accuracy": float(metrics.accuracy_score(truth, said)),
        "precision": float(metrics.precision_score(truth, said, zero_division=0)),
        "recall": float(metrics.recall_score(truth, said)),
        "conversionRate": float(truth.mean()),
        "rocAuc": float(auc),
        "delongVariance": float(variance),
        "rocAucInterval": interval(special.expit(special.logit(auc) - half), special.expit(special.logit(auc) + half)),
    }


def delong(truth, score):
    """By the definition, over all pairs: quadratic, and nothing like the code under test."""
    positive, negative = score[truth == 1], score[truth == 0]
    above = np.heaviside(positive[:, None] - negative[None, :], 0.5)
    return above.mean(axis=1).var(ddof=1) / len(positive) + above.mean(axis=0).var(ddof=1) / len(negative)


def regressions():
    return [regression_case(n, scale, level) for n, scale in [(2, 1), (30, 5), (400, 0.01)] for level in LEVELS]


def regression_case(n, scale, level):
    truth = RANDOM.normal(50, 20, n)
    score = truth + RANDOM.normal(0, scale, n)
    squared = (score - truth) ** 2
    lower, upper = stats.t.interval(level, n - 1, squared.mean(), stats.sem(squared))
    return {
        "score": score.tolist(), "truth": truth.tolist(), "confidence": level,
        "rmse": float(metrics.mean_squared_error(truth, score, squared=False)),
        "interval": interval(np.sqrt(max(0, lower)), np.sqrt(upper)),
    }


print(json.dumps({
    "normal": normal(),
    "student": student(),
    "incompleteBeta": incomplete_beta(),
    "proportions": proportions(),
    "means": means(),
    "ranks": ranks(),
    "classifications": classifications(),
    "regressions": regressions(),
}))
