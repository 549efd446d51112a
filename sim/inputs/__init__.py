"""What a run reads from files: province pack, parameters, policies, scenarios; checked as a whole, told at once."""
