"""What an operator of ONNX is, by its name: the categories of traced operators."""

import re
from collections.abc import Mapping

_NAMES = {
    "activation": """
        BiasGelu BiasSplitGelu Celu Elu Erf FastGelu Gelu HardSigmoid HardSwish LeakyRelu Mish PRelu QLinearLeakyRelu
        QLinearSigmoid QuickGelu Relu Selu Shrink Sigmoid Softplus Softsign Swish Tanh ThresholdedRelu
    """,
    "norm": """
        BatchNormalization EmbedLayerNormalization GroupNorm GroupNormalization InstanceNormalization LRN
        LayerNormalization MeanVarianceNormalization RMSNormalization SimplifiedLayerNormalization
        SkipLayerNormalization SkipSimplifiedLayerNormalization
    """,
    "softmax": "Hardmax LogSoftmax QLinearSoftmax Softmax",
    "pool": "AveragePool GlobalLpPool GlobalMaxPool LpPool MaxPool QLinearAveragePool",
    "reduce": """
        ArgMax ArgMin CumProd CumSum GlobalAveragePool LpNormalization QLinearGlobalAveragePool ReduceL1 ReduceL2
        ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare TopK
    """,
    "copy": """
        Cast CastLike CenterCropPad Col2Im Compress Concat ConstantOfShape DepthToSpace EyeLike GatherElements Gather
        GatherND NonZero OneHot Pad QLinearConcat Range ReverseSequence Scatter ScatterElements ScatterND Slice
        SpaceToDepth Split Tile TensorScatter Transpose Trilu Unique
    """,
    "elementwise": """
        Abs Acos Acosh Add And Asin Asinh Atan Atanh Bernoulli BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil
        Clip Cos Cosh Div DynamicQuantizeLinear Equal Exp Floor Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Log
        Max Mean Min Mod Mul Neg Not Or Pow QLinearAdd QLinearMul Reciprocal RotaryEmbedding Round Sign Sin Sinh Sqrt
        Sub Sum Tan Where Xor
    """,
    "other": """
        AffineGrid BlackmanWindow DFT Det GridSample HammingWindow HannWindow ImageDecoder MaxRoiPool MaxUnpool
        MelWeightMatrix NonMaxSuppression RandomNormal RandomNormalLike RandomUniform RandomUniformLike Resize RoiAlign
        STFT Upsample
    """,
}
CATEGORY_OF: Mapping[str, str] = {
    name: category for category, names in _NAMES.items() for name in names.split()
}
"""Name of an operator to its category; those of products are told by their operands."""

_COMPUTES = re.compile(
    r"matmul|conv|gemm|attention|moe|lstm|gru|rnn|einsum|search|sampling|beam", re.IGNORECASE
)


def is_product(name: str) -> bool:
    """Whether an operator's name tells that it multiplies matrices, so that it must not be taken for a copy."""
    return _COMPUTES.search(name) is not None
