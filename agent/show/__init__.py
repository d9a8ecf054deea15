"""What a person sees: texts, blocks and tables, and the question at the terminal. Decides nothing."""
