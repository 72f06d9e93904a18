"""The storage tests' PostgreSQL, for faults too."""

from tests.storage.conftest import cluster

__all__ = ["cluster"]
