"""The page in Chromium, if there is one; `make browser` brings what drives it."""
