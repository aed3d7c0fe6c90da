"""timm without torchvision: the models need a few names from there, and timm's data loading all of it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_ABSENT = "torchvision"
_DATA = "timm.data"


def import_timm() -> Any:
    """The module `timm`; without torchvision, its models and layers only.

    Raises ImportError when timm is not installed.
    """
    if "timm" in sys.modules or find_spec(_ABSENT) is not None or find_spec("timm") is None:
        return import_module("timm")
    with _names_instead():
        return import_module("timm")


@contextmanager
def _names_instead() -> Iterator[None]:
    """While timm is imported, names of torchvision are empty classes; afterwards it is absent as before."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] == _ABSENT or name == _DATA]:
            del sys.modules[name]


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A package for every name below torchvision, and for timm's data loading."""
        del target
        if fullname != _DATA and fullname.partition(".")[0] != _ABSENT:
            return None
        spec = ModuleSpec(fullname, self, is_package=True)
        if fullname == _DATA and path:
            spec.submodule_search_locations = [f"{folder}/data" for folder in path]
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A module whose every attribute exists."""
        return _Names(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """The models want nothing but constants of timm's data loading."""
        if module.__name__ == _DATA:
            module.__dict__.update(vars(import_module(f"{_DATA}.constants")))


class _Names(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        import torch

        made = type(name, (torch.nn.Module,), {"__module__": self.__name__})
        setattr(self, name, made)
        return made
