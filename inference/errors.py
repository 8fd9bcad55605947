"""What can go wrong with packages and networks; both belong to the tree of ``domain.errors``."""

from __future__ import annotations

from domain.errors import BadInputError, FourviewError


class PackageError(BadInputError):
    """A model package is damaged, unsafe, or not as its manifest says."""


class NetworkError(FourviewError):
    """A network could not be run, or gave what can't be used: NaN, a wrong shape or dtype."""


class ProviderError(NetworkError):
    """A provider could not load or run a network; another provider may."""
