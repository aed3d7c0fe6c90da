"""The shapes that hold times, throughput and memory, and the configurations beside them."""

from collectors.adapters.contract import Adapter

ADAPTERS: tuple[Adapter, ...] = ()
