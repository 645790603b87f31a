"""`python -m generators.cli`, for where the console script is not on the path."""

from generators.cli import main

main()
