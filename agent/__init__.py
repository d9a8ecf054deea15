"""The agent: talks, decides and writes. `run/loop.py` is the place to begin reading."""
