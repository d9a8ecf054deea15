"""Tables of answers: where their rows are, and how they become files for spreadsheets."""
