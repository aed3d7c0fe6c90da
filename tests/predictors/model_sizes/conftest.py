"""The catalogue by name."""

import pytest

from predictors.model_sizes.published import catalogue


@pytest.fixture(scope="session")
def counted():
    """Architectures by their own names."""
    return {entry.architecture.name: entry.architecture for entry in catalogue()}
