"""A fitted GradientBoostingClassifier as an ONNX graph."""

import numpy as np
import onnx
from onnx import TensorProto, helper

NODE_LISTS = (
    "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes",
    "nodes_truenodeids", "nodes_falsenodeids",
)  # fmt: skip
LEAF_LISTS = ("class_treeids", "class_nodeids", "class_ids", "class_weights")


def boosted_classifier(classifier) -> onnx.ModelProto:
    """Binary: `features: float32[N,F]` to `label: int64[N]` and `probabilities: float32[N,2]`."""
    prior = classifier.init_.class_prior_[1]
    node = helper.make_node(
        "TreeEnsembleClassifier", ["features"], ["label", "probabilities"], domain="ai.onnx.ml",
        classlabels_int64s=[0, 1], post_transform="LOGISTIC", base_values=[float(np.log(prior / (1 - prior)))],
        **trees([estimator.tree_ for estimator in classifier.estimators_[:, 0]], classifier.learning_rate),
    )  # fmt: skip
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", classifier.n_features_in_])
    label = helper.make_tensor_value_info("label", TensorProto.INT64, ["N"])
    probabilities = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 2])
    body = helper.make_graph([node], "boosted_classifier", [features], [label, probabilities])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(body, producer_name="modelgraph", opset_imports=opsets, ir_version=8)


def trees(fitted: list, learning_rate: float) -> dict:
    """The nodes of all trees as the operator's parallel lists; leaves carry their value times the learning rate."""
    columns: dict[str, list] = {name: [] for name in NODE_LISTS + LEAF_LISTS}
    for tree_id, tree in enumerate(fitted):
        for node_id in range(tree.node_count):
            add_node(columns, tree, tree_id, node_id)
            if tree.children_left[node_id] == -1:
                leaf = (tree_id, node_id, 0, float(tree.value[node_id, 0, 0]) * learning_rate)
                for name, value in zip(LEAF_LISTS, leaf):
                    columns[name].append(value)
    return columns


def add_node(columns: dict, tree, tree_id: int, node_id: int) -> None:
    left, right = int(tree.children_left[node_id]), int(tree.children_right[node_id])
    if left == -1:
        node = (tree_id, node_id, 0, 0.0, "LEAF", 0, 0)
    else:
        threshold = float32_at_most(tree.threshold[node_id])
        node = (tree_id, node_id, int(tree.feature[node_id]), threshold, "BRANCH_LEQ", left, right)
    for name, value in zip(NODE_LISTS, node):
        columns[name].append(value)


def float32_at_most(threshold: float) -> float:
    """scikit-learn compares float32 features with float64 thresholds; the largest float32 below decides the same."""
    nearest = np.float32(threshold)
    return float(nearest if nearest <= threshold else np.nextafter(nearest, np.float32(-np.inf)))
