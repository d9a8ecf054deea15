"""From a text to its slots: words, what they mean in five languages, names, periods, and what is left over."""
