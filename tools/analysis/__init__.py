"""Pure arithmetic over typed rows: verdicts, fatigue, pacing. Reads nothing, knows no tool."""
