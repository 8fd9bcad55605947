"""Model packages: what a manifest says, what is checked before a package is used, which are there.

``open_package`` reads one and refuses what is not as it should be; ``Registry`` knows the built-in
ones and the user's, and which of them reads at each stage.
"""
