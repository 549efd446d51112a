"""`greenmill explain`: what the model consists of, one topic a file."""
