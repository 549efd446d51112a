"""What each clause of the plan does: measured by switching it off, kept, and told in the docs."""
