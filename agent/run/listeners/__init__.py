"""Those that hear what happens in a run and keep it: the transcript, a recording, measurements; none of them can stop it."""
