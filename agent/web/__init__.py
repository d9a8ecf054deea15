"""The page where people look and approve: server-rendered, for this machine unless it is told otherwise."""
