"""Model packages, backends and the worker process; never Qt or torch."""
