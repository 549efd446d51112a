"""Tables of finished runs: worked out over the draws, kept as files, printed within 100 columns."""
