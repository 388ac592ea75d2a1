"""Lets Rasa start without TensorFlow, which none of our components uses.

Rasa imports TensorFlow, Keras and Matplotlib with its component registry, whatever the pipeline holds: 9 of 14
seconds of start-up and 460 of 665 MB (measured on two cores with Rasa 3.6.21). A finder put first on
sys.meta_path answers those imports with empty modules whose attributes are empty classes: enough for the class
statements of the components that we do not use. If one of them were configured after all, Rasa would fail at
once on the stand-in's name. Matplotlib is brought back when the first plan is drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

ABSENT = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "matplotlib"})


class _StandInType(type):
    """Class of stand-in classes: any attribute is a further one; as a decorator it gives back what it decorates."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(name)

    def __call__(cls, *given: Any, **options: Any) -> Any:
        return given[0] if len(given) == 1 and callable(given[0]) else cls

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__


def _stand_in(name: str) -> Any:
    return type.__call__(_StandInType, f"absent_{name}", (), {})


class _AbsentModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(name)


class _AbsentFinder(MetaPathFinder, Loader):
    def __init__(self) -> None:
        self.absent = ABSENT

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in self.absent else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__path__ = []


def forgo_tensorflow() -> None:
    """Answers later imports of TensorFlow and its kin with stand-ins; call it before Rasa is imported."""
    if not any(isinstance(finder, _AbsentFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AbsentFinder())


def bring_back(package: str) -> None:
    """Has later imports of a package load it itself; whoever has imported a stand-in keeps that."""
    for finder in sys.meta_path:
        if isinstance(finder, _AbsentFinder):
            finder.absent -= {package}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == package and isinstance(module, _AbsentModule):
            del sys.modules[name]
