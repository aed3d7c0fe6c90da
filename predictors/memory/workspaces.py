"""Scratch space of convolutions by algorithm: values needed once, and values an item of a batch."""

from collections.abc import Callable, Sequence

Workspace = Callable[[Sequence[int]], tuple[float, float]]
"""Of a convolution's shape: c_in, c_out, k_h, k_w, stride, groups, h_out, w_out."""


def unfolded(shape: Sequence[int]) -> tuple[float, float]:
    """Matrix multiplication: the input unfolded, the values of every window side by side."""
    c_in, _, height, width, _, _, rows, columns = shape
    if height * width == 1:
        return 0.0, 0.0
    return 0.0, float(c_in * height * width * rows * columns)


def winograd(shape: Sequence[int]) -> tuple[float, float]:
    """F(4x4, 3x3), not fused: 36 values a tile of 16 results for input and output, and 36 a filter.

    Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015.
    """
    c_in, c_out, height, width, stride, groups, rows, columns = shape
    if stride != 1 or height * width == 1 or max(height, width) > _WINOGRAD_KERNEL:
        return 0.0, 0.0
    tiles = -(-rows // 4) * -(-columns // 4)
    return 36.0 * c_in / groups * c_out, 36.0 * (c_in + c_out) * tiles


def fourier(shape: Sequence[int]) -> tuple[float, float]:
    """Tiles of 32 x 32 in the frequency domain: 32 x 17 complex values a filter and a tile of each channel.

    Mathieu, Henaff and LeCun, Fast Training of Convolutional Networks through FFTs, 2014.
    """
    c_in, c_out, height, width, stride, groups, rows, columns = shape
    if stride != 1 or height * width == 1:
        return 0.0, 0.0
    tiles = -(-rows // (33 - min(height, 32))) * -(-columns // (33 - min(width, 32)))
    return _SPECTRUM * c_in / groups * c_out, float(_SPECTRUM * (c_in + c_out) * tiles)


WORKSPACES: dict[str, Workspace] = {"unfolded": unfolded, "winograd": winograd, "fourier": fourier}

_WINOGRAD_KERNEL = 5
_SPECTRUM = 2.0 * 32 * 17
