"""The shapes that tell whether something works: skill tests, requests, model access, code, single runs."""

from collectors.adapters.contract import Adapter
from collectors.adapters.legacy import code_shapes, remote_models, request_shapes, run_shapes, skill_shapes

FUNCTIONALITY_ADAPTERS: tuple[Adapter, ...] = (
    *request_shapes.ADAPTERS,
    *remote_models.ADAPTERS,
    *code_shapes.ADAPTERS,
    *run_shapes.ADAPTERS,
    *skill_shapes.ADAPTERS,
)
"""Those told by few keys, the flat skill tests above all, come last."""
