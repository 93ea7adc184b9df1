"""Fitted scikit-learn models as ONNX graphs: one input `features: float32[N,F]`, one answer row per row."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
IR_VERSION = 8


def linear_classifier(scaler, classifier) -> onnx.ModelProto:
    """StandardScaler and binary LogisticRegression; answers `probabilities: float32[N,2]`."""
    nodes = [
        *linear("logit"),
        helper.make_node("Sigmoid", ["logit"], ["positive"]),
        helper.make_node("Sub", ["one", "positive"], ["negative"]),
        helper.make_node("Concat", ["negative", "positive"], ["probabilities"], axis=1),
    ]
    constants = [*linear_constants(scaler, classifier), constant("one", 1.0)]
    return model("linear_classifier", nodes, constants, scaler.n_features_in_, [floats("probabilities", 2)])


def linear_regressor(scaler, regressor, output: str) -> onnx.ModelProto:
    """StandardScaler and a linear regression; answers `<output>: float32[N,1]`."""
    constants = linear_constants(scaler, regressor)
    return model("linear_regressor", linear(output), constants, scaler.n_features_in_, [floats(output, 1)])


def boosted_classifier(classifier) -> onnx.ModelProto:
    """Binary GradientBoostingClassifier; answers `label: int64[N]` and `probabilities: float32[N,2]`."""
    prior = classifier.init_.class_prior_[1]
    node = helper.make_node(
        "TreeEnsembleClassifier", ["features"], ["label", "probabilities"], domain="ai.onnx.ml",
        classlabels_int64s=[0, 1], post_transform="LOGISTIC", base_values=[float(np.log(prior / (1 - prior)))],
        **trees([estimator.tree_ for estimator in classifier.estimators_[:, 0]], classifier.learning_rate),
    )  # fmt: skip
    label = helper.make_tensor_value_info("label", TensorProto.INT64, ["N"])
    return model("boosted_classifier", [node], [], classifier.n_features_in_, [label, floats("probabilities", 2)])


def linear(output: str) -> list:
    return [
        helper.make_node("Sub", ["features", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["scaled"]),
        helper.make_node("Gemm", ["scaled", "weights", "intercept"], [output]),
    ]


def linear_constants(scaler, estimator) -> list:
    return [
        constant("mean", scaler.mean_),
        constant("scale", scaler.scale_),
        constant("weights", np.reshape(estimator.coef_, (-1, 1))),
        constant("intercept", np.reshape(estimator.intercept_, 1)),
    ]


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


NODE_LISTS = (
    "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes",
    "nodes_truenodeids", "nodes_falsenodeids",
)  # fmt: skip
LEAF_LISTS = ("class_treeids", "class_nodeids", "class_ids", "class_weights")


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


def floats(name: str, width: int):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", width])


def constant(name: str, values):
    return numpy_helper.from_array(np.asarray(values, dtype=np.float32), name)


def model(name: str, nodes: list, constants: list, width: int, outputs: list) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, name, [floats("features", width)], outputs, constants)
    return helper.make_model(graph, producer_name="modelgraph", opset_imports=OPSETS, ir_version=IR_VERSION)
