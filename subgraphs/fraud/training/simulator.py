"""A simulator of card payments, some of them fraudulent. Everything it makes is synthetic: no real customer, card or fraud.

What it models, for each of `CUSTOMERS` customers over `DAYS` days:

- habits: how often and how much somebody pays, where, at which hours (two peaks a day), with which devices;
- honest exceptions that look like fraud: journeys abroad, shopping days, new telephones;
- compromises, each a short run of payments by somebody else: a stolen card number (used online, after a small test
  payment), a stolen card (used nearby, fast, until it is blocked), an account taken over (large amounts, new device);
- first-party fraud: ordinary payments disputed later, which nothing in the features tells apart.

Rates and sizes are the author's, chosen so that about two payments in a hundred are fraudulent and a good model is far from
perfect. They are not estimates of any bank's reality. The same seed makes the same payments.
"""

from dataclasses import dataclass

import numpy as np

CUSTOMERS = 1_900
DAYS = 70
WARM_UP_DAYS = 10
DAY = 86_400
LONGEST_PAUSE = 30 * DAY
COMPROMISED = 0.16
DISPUTED = 0.0015


@dataclass(frozen=True)
class Merchant:
    """Share of honest payments, median amount in EUR and its spread (log scale), share paid with the card present."""

    share: float
    amount: float
    spread: float
    present: float


MERCHANTS = {
    "GROCERY": Merchant(0.34, 28, 0.7, 0.95),
    "FUEL": Merchant(0.10, 55, 0.35, 0.99),
    "RESTAURANT": Merchant(0.18, 24, 0.7, 0.92),
    "FASHION": Merchant(0.11, 60, 0.7, 0.5),
    "ELECTRONICS": Merchant(0.05, 130, 0.9, 0.4),
    "TRAVEL": Merchant(0.05, 180, 0.9, 0.15),
    "DIGITAL_GOODS": Merchant(0.12, 14, 0.8, 0.0),
    "CASH": Merchant(0.05, 80, 0.6, 1.0),
}
KINDS = list(MERCHANTS)
SHARES = np.array([merchant.share for merchant in MERCHANTS.values()])
HOURS = np.array([1, 0.6, 0.4, 0.3, 0.3, 0.6, 1.5, 3, 5, 6, 6.5, 7, 9, 8, 6.5, 6, 7, 9, 10, 9, 6.5, 4.5, 3, 1.8])
FEATURES = [
    "amount", "merchantKind", "hourOfDay", "sinceLastPayment", "paymentsLastDay",
    "distanceFromHome", "cardPresent", "foreignCountry", "accountAgeDays", "deviceKnown",
]  # fmt: skip


def simulate(seed: int) -> list[dict]:
    """Payments in the order they were made: the features, `day` (from 0, warm-up left out) and `fraud`."""
    rng = np.random.default_rng(seed)
    payments = [payment for _ in range(CUSTOMERS) for payment in customer(rng)]
    return sorted(payments, key=lambda payment: payment["time"])


def customer(rng: np.random.Generator) -> list[dict]:
    """One customer's payments after the warm-up."""
    made = habitual_payments(rng)
    if rng.random() < COMPROMISED:
        made += rng.choice([stolen_number, stolen_card, taken_over])(rng)
    account_age = int(min(rng.exponential(1_200), 7_000))
    return list(in_sequence(sorted(made, key=lambda payment: payment["time"]), account_age))


def habitual_payments(rng: np.random.Generator) -> list[dict]:
    count = rng.poisson(min(rng.lognormal(-0.8, 0.6), 4) * DAYS)
    wealth, reach = rng.lognormal(0, 0.35), rng.lognormal(1.4, 0.7)
    tastes = rng.dirichlet(SHARES * 12)
    journey = (rng.uniform(0, DAYS), rng.lognormal(7, 0.8)) if rng.random() < 0.3 else (-DAYS, 0)
    new_device_from = rng.uniform(0, DAYS * 4)
    days = np.concatenate([rng.integers(0, DAYS, count), shopping_day(rng)])
    return [honest(day, rng, tastes, wealth, reach, journey, new_device_from) for day in days]


def shopping_day(rng: np.random.Generator) -> np.ndarray:
    """Now and then somebody pays many times in a day, and honestly."""
    bursts = rng.poisson(0.5)
    return np.repeat(rng.integers(0, DAYS, bursts), rng.integers(3, 8))


def honest(day, rng, tastes, wealth, reach, journey, new_device_from) -> dict:
    kind = KINDS[rng.choice(len(KINDS), p=tastes)]
    merchant = MERCHANTS[kind]
    away = journey[0] <= day < journey[0] + 7
    present = rng.random() < merchant.present
    new_device = not present and 0 <= day - new_device_from < 3
    return payment(
        time=(day * 24 + rng.choice(24, p=HOURS / HOURS.sum()) + rng.random()) * 3_600,
        amount=merchant.amount * wealth * rng.lognormal(0, merchant.spread),
        kind=kind,
        distance=(journey[1] if away else reach) * rng.lognormal(0, 0.5) if present or rng.random() < 0.35 else None,
        present=present,
        foreign=bool(away and journey[1] > 400) or bool(not present and rng.random() < 0.12),
        known=rng.random() < (0.6 if away or new_device else 0.95),
        fraud=rng.random() < DISPUTED,
    )


def stolen_number(rng: np.random.Generator) -> list[dict]:
    """Online, at any hour: perhaps a test of a euro or two, then what can be sold again."""
    begin, count = rng.uniform(WARM_UP_DAYS, DAYS) * DAY, 1 + rng.poisson(3)
    kinds = rng.choice(["ELECTRONICS", "DIGITAL_GOODS", "FASHION", "TRAVEL"], count, p=[0.35, 0.35, 0.2, 0.1])
    tested = rng.random() < 0.6
    return [
        payment(
            time=begin + index * rng.exponential(1_800),
            amount=rng.uniform(0.5, 3) if tested and index == 0 else rng.lognormal(4.3, 1.0),
            kind=str(kind),
            distance=rng.lognormal(6, 1.8) if rng.random() < 0.35 else None,
            present=False,
            foreign=rng.random() < 0.4,
            known=rng.random() < 0.25,
            fraud=True,
        )
        for index, kind in enumerate(kinds)
    ]


def stolen_card(rng: np.random.Generator) -> list[dict]:
    """In the neighbourhood, quickly, without a PIN or with one seen over a shoulder."""
    begin, count = rng.uniform(WARM_UP_DAYS, DAYS) * DAY, 1 + rng.poisson(3)
    kinds = rng.choice(["CASH", "ELECTRONICS", "FUEL", "GROCERY", "FASHION"], count, p=[0.3, 0.2, 0.15, 0.2, 0.15])
    return [
        payment(
            time=begin + index * rng.exponential(2_400),
            amount=min(MERCHANTS[kind].amount * rng.lognormal(0.4, 0.7), 600),
            kind=str(kind),
            distance=rng.lognormal(2.4, 1.0),
            present=True,
            foreign=rng.random() < 0.08,
            known=rng.random() < 0.5,
            fraud=True,
        )
        for index, kind in enumerate(kinds)
    ]


def taken_over(rng: np.random.Generator) -> list[dict]:
    """Few and large payments from the fraudster's own device, in the customer's name."""
    begin, count = rng.uniform(WARM_UP_DAYS, DAYS) * DAY, 1 + rng.poisson(1.5)
    kinds = rng.choice(["TRAVEL", "ELECTRONICS", "DIGITAL_GOODS"], count, p=[0.35, 0.4, 0.25])
    return [
        payment(
            time=begin + index * rng.exponential(9_000),
            amount=rng.lognormal(5.2, 0.9),
            kind=str(kind),
            distance=rng.lognormal(5, 2) if rng.random() < 0.35 else None,
            present=False,
            foreign=rng.random() < 0.3,
            known=rng.random() < 0.1,
            fraud=True,
        )
        for index, kind in enumerate(kinds)
    ]


def payment(*, time, amount, kind, distance, present, foreign, known, fraud) -> dict:
    return {
        "time": float(time),
        "amount": round(float(np.clip(amount, 0.5, 10_000)), 2),
        "merchantKind": kind,
        "hourOfDay": int(time // 3_600 % 24),
        "distanceFromHome": None if distance is None else round(float(min(distance, 15_000)), 1),
        "cardPresent": bool(present),
        "foreignCountry": bool(foreign),
        "deviceKnown": bool(known),
        "fraud": bool(fraud),
    }


def in_sequence(made: list[dict], account_age: int):
    """Adds what depends on the payments before: the pause, the count of a day, the age of the account."""
    for index, current in enumerate(made):
        if current["time"] < WARM_UP_DAYS * DAY:
            continue
        earlier = [other["time"] for other in made[:index]]
        pause = min(current["time"] - earlier[-1], LONGEST_PAUSE) if earlier else LONGEST_PAUSE
        yield current | {
            "sinceLastPayment": round(pause),
            "paymentsLastDay": sum(current["time"] - time < DAY for time in earlier),
            "accountAgeDays": account_age + int(current["time"] // DAY),
            "day": int(current["time"] // DAY) - WARM_UP_DAYS,
        }
