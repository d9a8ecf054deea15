"""`python -m agent` is `adsteward`."""

from agent.cli import main

main()
