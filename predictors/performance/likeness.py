"""How strongly models and configurations go together, learned from residuals by maximum likelihood."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 60
_JITTER = 1e-6
"""Log squared: keeps matrices that are singular but for rounding from being refused."""
_LEAST_MODELS = 10


@dataclass(frozen=True, slots=True)
class ConfigurationLikeness:
    """Covariance of one model's residuals in two configurations: variance x exp(-scales . differences)."""

    variance: float
    scales: Floats
    noise: float
    """Variance of what no other configuration tells."""

    def covariance(self, apart: Floats) -> Floats:
        """From differences of shape (of, to, kinds of difference)."""
        return np.asarray(self.variance * np.exp(-apart @ self.scales), dtype=float)


def fit_configurations(
    residuals: Floats, apart: Floats, *, seed: int, sample: int = 500
) -> ConfigurationLikeness:
    """Learns from the residuals of single models across configurations, models taken as independent.

    Args:
        residuals: Shape (models, configurations), means of configurations taken out; NaN where not measured.
        apart: Differences, shape (configurations, configurations, kinds of difference).
        seed: Of the sample of models.
        sample: How many models are looked at.
    """
    import torch

    several = np.flatnonzero(np.isfinite(residuals).sum(axis=1) > 1)
    chosen = np.random.default_rng(seed).permutation(several)[:sample]
    if len(chosen) < _LEAST_MODELS:
        return ConfigurationLikeness(0.02, np.full(apart.shape[2], 0.5), 0.002)
    values = torch.tensor(np.clip(np.nan_to_num(residuals[chosen]), -0.7, 0.7))
    known = torch.tensor(np.isfinite(residuals[chosen]))
    distance = torch.tensor(apart)
    logs = torch.tensor(
        [np.log(0.02), np.log(0.002), *np.full(apart.shape[2], np.log(0.3))], requires_grad=True
    )
    both = (known[:, :, None] & known[:, None, :]).double()
    identity = torch.eye(residuals.shape[1], dtype=torch.float64)

    def loss() -> torch.Tensor:
        limited = torch.clamp(logs, -10.0, 2.0)
        covariance = (
            limited[0].exp() * torch.exp(-(distance * limited[2:].exp()).sum(-1))
            + limited[1].exp() * identity
        )
        masked = covariance * both + identity * (~known).double()[:, :, None]
        root = torch.linalg.cholesky(masked + _JITTER * identity)
        solved = torch.linalg.solve_triangular(root, values[:, :, None], upper=False)
        likelihood: torch.Tensor = (
            (solved**2).sum() + 2 * torch.log(torch.diagonal(root, dim1=1, dim2=2)).sum()
        ) / known.sum() + 0.002 * ((logs[2:] - np.log(0.3)) ** 2).sum()
        return likelihood

    optimizer = torch.optim.Adam([logs], lr=0.15)
    for _ in range(_STEPS):
        optimizer.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    found = np.exp(np.clip(logs.detach().numpy(), -10.0, 2.0))
    return ConfigurationLikeness(float(found[0]), found[2:].astype(float), float(found[1]))


@dataclass(frozen=True, slots=True)
class ModelLikeness:
    """Covariance of two models: a sum of being the same, twins, of one family, and near in features."""

    weights: Floats
    """Of: the same model, a twin, one family, near, all of one kind at a wide scale. They sum up to 1."""
    length: float
    """Distance in features over which likeness falls by e."""

    def covariance(self, same: Floats, twin: Floats, family: Floats, distance: Floats) -> Floats:
        """From indicators and distances, each of shape (of, to)."""
        near = np.exp(-distance / self.length)
        wide = np.exp(-distance / (4 * self.length))
        parts = (same, twin, family * wide, near, wide)
        return np.asarray(
            sum(weight * part for weight, part in zip(self.weights, parts, strict=True)), dtype=float
        )


def fit_models(
    residuals: Floats,
    noise: Floats,
    twin: Floats,
    family: Floats,
    distance: Floats,
    *,
    seed: int,
    sample: int = 600,
) -> ModelLikeness:
    """Learns from one mean residual a model.

    Args:
        residuals: Shape (models,).
        noise: Variance of each mean, shape (models,).
        twin: 1 where two models are twins in name and sizes, a half in one of them; shape (models, models).
        family: 1 where two models are of one family.
        distance: In features.
        seed: Of the sample of models.
        sample: How many models are looked at.
    """
    import torch

    chosen = np.sort(np.random.default_rng(seed).permutation(len(residuals))[:sample])
    pick = np.ix_(chosen, chosen)
    values = torch.tensor(np.clip(residuals[chosen], -0.7, 0.7))
    variance = torch.tensor(noise[chosen])
    parts = [torch.tensor(each[pick]) for each in (twin, family, distance)]
    identity = torch.eye(len(chosen), dtype=torch.float64)
    logs = torch.tensor(
        [np.log(0.004), np.log(0.004), np.log(0.002), np.log(0.004), np.log(0.002), np.log(0.5)],
        requires_grad=True,
    )
    optimizer = torch.optim.Adam([logs], lr=0.2)
    for _ in range(_STEPS // 2):
        optimizer.zero_grad()
        limited = torch.clamp(logs, -12.0, 2.0)
        size, length = limited[:5].exp(), limited[5].exp()
        near, wide = torch.exp(-parts[2] / length), torch.exp(-parts[2] / (4 * length))
        covariance = (
            size[0] * identity
            + size[1] * parts[0]
            + size[2] * parts[1] * wide
            + size[3] * near
            + size[4] * wide
        )
        root = torch.linalg.cholesky(covariance + torch.diag(variance + _JITTER))
        solved = torch.linalg.solve_triangular(root, values[:, None], upper=False)
        loss = (solved**2).sum() + 2 * torch.log(torch.diagonal(root)).sum()
        loss.backward()
        optimizer.step()
    found = np.exp(np.clip(logs.detach().numpy(), -12.0, 2.0)).astype(float)
    return ModelLikeness(found[:5] / found[:5].sum(), float(found[5]))
