"""The canonical data file, intervals, and the folder of a model version."""

import hashlib
import json
import platform
from pathlib import Path

import numpy as np
import onnx
import sklearn

TRAINING = Path(__file__).parent
MODELS = TRAINING.parent / "models"
BOOTSTRAP_ROUNDS = 2000


def write_data(name: str, columns: list[str], rows) -> str:
    """Writes the canonical CSV of a data set (shortest decimal form, `\\n` line ends); answers its sha-256."""
    lines = [",".join(columns), *(",".join(map(cell, row)) for row in rows)]
    content = ("\n".join(lines) + "\n").encode()
    path = TRAINING / "data" / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def cell(value) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def metric(name: str, measure, truth, answer, seed: int) -> dict:
    """A metric on held-out rows with its 95 % interval: the percentile bootstrap (Efron 1979) over rows."""
    rng = np.random.default_rng(seed)
    values = []
    while len(values) < BOOTSTRAP_ROUNDS:
        rows = rng.integers(0, len(truth), len(truth))
        if len(np.unique(truth[rows])) > 1:
            values.append(measure(truth[rows], answer[rows]))
    low, high = np.percentile(values, [2.5, 97.5])
    interval = [round(float(low), 4), round(float(high), 4)]
    return {"name": name, "value": round(float(measure(truth, answer)), 4), "split": "heldOut", "interval": interval}


def write_version(graph: onnx.ModelProto, card: dict) -> None:
    """Writes `models/<model>/<version>/{model.onnx,card.json}`."""
    onnx.checker.check_model(graph, full_check=True)
    folder = MODELS / card["model"] / str(card["version"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(graph.SerializeToString(deterministic=True))
    (folder / "card.json").write_text(json.dumps({"format": 1, **card}, indent=2, ensure_ascii=False) + "\n")
    print(f"{card['model']}@{card['version']}: {(folder / 'model.onnx').stat().st_size} bytes")
    for entry in card["metrics"]:
        print("  {name} {value} {split} {interval}".format(**{"interval": "", **entry}))


def frameworks() -> dict:
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "onnx": onnx.__version__,
    }
