"""Writes the patients' records: the Wisconsin diagnostic breast cancer data bundled with scikit-learn.

Street, Wolberg and Mangasarian 1993, "Nuclear feature extraction for breast tumor diagnosis". Real measurements, made
anonymous by their publishers; the ids "1" to "569" are positions in the file, and ours.
"""

import json
from pathlib import Path

from sklearn.datasets import load_breast_cancer

RECORDS = Path(__file__).parent.parent / "records.json"
MEASURES = (
    "radius", "texture", "perimeter", "area", "smoothness",
    "compactness", "concavity", "concavePoints", "symmetry", "fractalDimension",
)  # fmt: skip
STATISTICS = ("Mean", "Error", "Worst")
DIAGNOSES = ("MALIGNANT", "BENIGN")


def main() -> None:
    data = load_breast_cancer()
    names = [measure + statistic for statistic in STATISTICS for measure in MEASURES]
    lines = [record(index, names, row, target) for index, (row, target) in enumerate(zip(data.data, data.target))]
    RECORDS.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{RECORDS.name}: {len(lines)} records")


def record(index: int, names: list[str], row, target: int) -> str:
    """One record, one line."""
    measurements = {name: float(value) for name, value in zip(names, row)}
    entry = {"id": str(index + 1), **measurements, "diagnosis": DIAGNOSES[target]}
    return json.dumps(entry, separators=(",", ":"))


if __name__ == "__main__":
    main()
