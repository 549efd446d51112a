"""What the province offers: instruments, how they stack, what they cost, and who pays.

An instrument is one small class in one file. It turns dated settings into `agents.terms.Terms` at the
start of a quarter and books its outlays at the end. This floor knows neither the clock nor files: quarters,
firm columns and documents are handed in.
"""
