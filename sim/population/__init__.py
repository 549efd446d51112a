"""The synthetic population: how firms are drawn from the province's tables, one trait a file."""
