"""Questions asked of a finished design: they read its blocks and simulate nothing."""
