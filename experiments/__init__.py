"""Questions put to the model: run and compare policy mixes, keep the results, tabulate and draw them."""
