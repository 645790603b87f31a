"""Scripts that run in an environment of their own, with what they need, and answer `generators.packs.engines.worker`.

They import nothing of the project but each other: its environment and theirs may not hold the same packages.
"""
