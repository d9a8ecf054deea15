"""`python -m agent` is `adsteward`."""

from agent.cli.entry import main

main()
