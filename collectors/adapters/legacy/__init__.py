"""The result files of the upstream project's history, one module a shape or a family of shapes."""

from collectors.adapters.contract import Adapter
from collectors.adapters.legacy.functionality_shapes import FUNCTIONALITY_ADAPTERS
from collectors.adapters.legacy.performance_shapes import ADAPTERS as _PERFORMANCE

ADAPTERS: tuple[Adapter, ...] = (*_PERFORMANCE, *FUNCTIONALITY_ADAPTERS)
"""Shapes that are told by more keys come first."""
