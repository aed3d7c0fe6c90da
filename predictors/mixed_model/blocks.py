"""Sums of squares of a mixed model whose random effects are crossed in few levels and nested in many blocks.

One Cholesky factor of all levels would be dense: devices and configurations are crossed with everything. What belongs
to one block only, such as the models of a family, is eliminated block by block first, which leaves a system as small
as the fixed effects with the crossed levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class Block:
    """Levels that occur in one block of rows only. Shapes in numbers of levels l and of core columns c."""

    effect: Index
    """Random effect of each level, by its place; shape (l,)."""
    level: Index
    """Number of each level within its effect; shape (l,)."""
    own: Floats
    """Products of the levels' columns with each other; shape (l, l)."""
    border: Floats
    """Products with the columns of the core and with the target; shape (l, c + 1)."""


@dataclass(frozen=True, slots=True)
class Sums:
    """All that fitting needs of the rows."""

    core: Floats
    """Products of fixed effects, crossed levels and target with each other; shape (c + 1, c + 1)."""
    core_effect: Index
    """Random effect of each core column, -1 for a fixed effect; shape (c,)."""
    blocks: Sequence[Block]
    fixed_count: int
    row_count: int
    level_counts: Index
    """Levels of each random effect, the crossed ones first; shape (effects,)."""


def sums_of(target: Floats, fixed: Floats, crossed: Sequence[Index], nested: Sequence[Index]) -> Sums:
    """Sums of products.

    Args:
        target: What is explained, shape (n,).
        fixed: Columns of fixed effects, shape (n, p), of full rank.
        crossed: Level of each row in each random effect that spans blocks; shapes (n,), numbered from 0.
        nested: The same for effects within blocks. The first of them is the block itself.
    """
    columns = [fixed, *(np.eye(int(levels.max()) + 1)[levels] for levels in crossed)]
    core = np.column_stack([*columns, target])
    effect = np.repeat(np.arange(-1, len(crossed)), [part.shape[1] for part in columns])
    order = np.argsort(nested[0], kind="stable")
    starts = np.flatnonzero(np.diff(nested[0][order])) + 1
    blocks = [
        _block(core[rows], [levels[rows] for levels in nested], len(crossed))
        for rows in np.split(order, starts)
    ]
    counts = np.array([int(levels.max()) + 1 for levels in (*crossed, *nested)], dtype=np.int64)
    return Sums(core.T @ core, effect.astype(np.int64), blocks, fixed.shape[1], len(target), counts)


def _block(core: Floats, nested: Sequence[Index], first: int) -> Block:
    effect, level, columns = [], [], []
    for number, levels in enumerate(nested):
        found, place = np.unique(levels, return_inverse=True)
        effect.append(np.full(len(found), first + number))
        level.append(found)
        columns.append(np.eye(len(found))[place])
    design = np.hstack(columns)
    return Block(np.concatenate(effect), np.concatenate(level), design.T @ design, design.T @ core)


@dataclass(frozen=True, slots=True)
class Solved:
    """The mixed model equations at given ratios of variances."""

    variance: float
    """Of the residual, the one that fits best."""
    squares: float
    """What fixed and random effects leave, with what random effects cost; over the variance, minus twice the log of
    a probability."""
    log_det: float
    core: Floats
    """Fixed effects and crossed levels; shape (c,)."""
    core_inverse: Floats
    """Their covariance over the residual variance; shape (c, c)."""
    levels: Sequence[Floats]
    """Shrunken levels of each random effect; shapes (levels,)."""
    spreads: Sequence[Floats]
    """Variances of their errors over the residual variance; shapes (levels,)."""

    @property
    def deviance(self) -> float:
        """Minus twice the restricted log likelihood at the best residual variance, up to a constant."""
        return float(self.squares / self.variance * np.log(self.variance) + self.log_det)

    def slope(self, log_ratios: Floats, variance: float) -> Floats:
        """Of minus twice the restricted log likelihood in the logarithm of each ratio; shape (effects,)."""
        return np.array(
            [
                len(values) - (spreads.sum() + values @ values / variance) * np.exp(-log_ratio)
                for values, spreads, log_ratio in zip(self.levels, self.spreads, log_ratios, strict=True)
            ]
        )


def solve(sums: Sums, log_ratios: Floats) -> Solved:
    """Estimates with the residual variance that fits best.

    Args:
        sums: Of the rows.
        log_ratios: Logarithm of each random effect's variance over the residual's; shape (effects,).

    Raises numpy's LinAlgError where the results leave nothing over.
    """
    left, log_det = sums.core.copy(), float(sums.level_counts @ log_ratios)
    solved = []
    for block in sums.blocks:
        inverse, size = _inverse_factor(block.own + np.diag(np.exp(-log_ratios[block.effect])))
        half = inverse @ block.border
        left -= half.T @ half
        log_det += size
        solved.append((np.einsum("ij,ij->j", inverse, inverse), inverse.T @ half))
    penalty = np.where(sums.core_effect < 0, 0.0, np.exp(-log_ratios[sums.core_effect]))
    inverse, size = _inverse_factor(left[:-1, :-1] + np.diag(penalty))
    core_inverse = inverse.T @ inverse
    core = core_inverse @ left[:-1, -1]
    squares = float(left[-1, -1] - left[:-1, -1] @ core)
    # Rounding leaves so much of the target's own squares.
    if squares <= _ROUNDING * float(sums.core[-1, -1]):
        raise np.linalg.LinAlgError
    levels, spreads = _levels(sums, core, core_inverse, solved)
    variance = squares / (sums.row_count - sums.fixed_count)
    return Solved(variance, squares, log_det + size, core, core_inverse, levels, spreads)


def _levels(
    sums: Sums, core: Floats, core_inverse: Floats, solved: Sequence[tuple[Floats, Floats]]
) -> tuple[list[Floats], list[Floats]]:
    """All levels and the variances of their errors, from those of the core and what each block has of its own."""
    values, spreads = ([np.zeros(count) for count in sums.level_counts] for _ in range(2))
    for effect in range(int(sums.core_effect.max()) + 1):
        chosen = sums.core_effect == effect
        values[effect], spreads[effect] = core[chosen], np.diag(core_inverse)[chosen]
    for block, (own, toward) in zip(sums.blocks, solved, strict=True):
        value = toward[:, -1] - toward[:, :-1] @ core
        spread = own + np.einsum("ij,ij->i", toward[:, :-1] @ core_inverse, toward[:, :-1])
        for effect in np.unique(block.effect).tolist():
            chosen = block.effect == effect
            values[effect][block.level[chosen]] = value[chosen]
            spreads[effect][block.level[chosen]] = spread[chosen]
    return values, spreads


def _inverse_factor(matrix: Floats) -> tuple[Floats, float]:
    """Inverse of the lower Cholesky factor, and the logarithm of the matrix's determinant."""
    factor = np.linalg.cholesky(matrix)
    inverse = solve_triangular(factor, np.eye(len(factor)), lower=True, check_finite=False)
    return inverse, float(2 * np.log(np.diag(factor)).sum())
