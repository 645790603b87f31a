"""Scripts that run in an environment of their own, with what they need, and answer questions over a pipe.

They import nothing of the project but each other: its environment and theirs may not hold the same packages.
"""

from pathlib import Path

WORKERS = Path(__file__).parent
"""The folder of the scripts."""
