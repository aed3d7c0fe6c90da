"""Operators of an ONNX file, told by its graph: shapes are worked out, weights are never read."""
