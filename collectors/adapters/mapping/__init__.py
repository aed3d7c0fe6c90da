"""Tables that a mapping explains: CSV, JSON and Parquet become results as a TOML file says. See `docs/mapping.md`."""

from collectors.adapters.contract import Adapter
from collectors.adapters.mapping.adapter import adapter_of, built_in_adapters, read_mapping

ADAPTERS: tuple[Adapter, ...] = built_in_adapters()
"""One for each file in `tables/`."""

__all__ = ["ADAPTERS", "adapter_of", "read_mapping"]
