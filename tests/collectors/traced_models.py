"""Small models whose operators can be counted by hand, and factories that make them."""

import torch
from torch import nn
from torch.nn import functional

from collectors.runner.configuration import Configuration

Answer = tuple[nn.Module, tuple[torch.Tensor, ...]]


class Convolutions(nn.Module):
    """One convolution of each kind, a norm, an activation in place, pooling over all places, a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
        self.grouped = nn.Conv2d(8, 8, 3, padding=1, groups=2, bias=False)
        self.pointwise = nn.Conv2d(8, 16, 1, bias=False)
        self.classifier = nn.Linear(16, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        features = functional.relu(self.norm(self.stem(images)), inplace=True)
        features = self.pointwise(self.grouped(self.depthwise(features)))
        return self.classifier(features.mean((2, 3)))


class Standardized(nn.Module):
    """Weights that are computed from parameters in every step, whatever the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(6, 5))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return rows @ (self.weight * 2).t()


class SelfAttention(nn.Module):
    """Two heads of width 4 over the tokens."""

    def __init__(self, *, is_fused: bool) -> None:
        super().__init__()
        self.is_fused = is_fused
        self.qkv = nn.Linear(8, 24)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        batch, length, _ = tokens.shape
        query, key, value = self.qkv(tokens).reshape(batch, length, 3, 2, 4).permute(2, 0, 3, 1, 4)
        if self.is_fused:
            return functional.scaled_dot_product_attention(query, key, value)
        return (query @ key.transpose(-1, -2) / 2).softmax(-1) @ value


class Dropped(nn.Module):
    """Keeps a mask and the places of maxima, which are no numbers with fractions."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 1, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return functional.max_pool2d(functional.dropout(self.stem(images), 0.5, self.training), 2)


def convolutions(configuration: Configuration) -> Answer:
    size = configuration.image_size or 8
    return Convolutions(), (torch.zeros(configuration.batch_size, 3, size, size),)


def needs_numbers(configuration: Configuration) -> Answer:
    class Chooses(nn.Module):
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return rows if rows.sum().item() > 0 else -rows

    return Chooses(), (torch.zeros(configuration.batch_size, 4),)
