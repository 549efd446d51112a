"""Measurements of speed and memory, and object-per-agent models that check the vectorised one. Not installed.

Importing the package keeps numerical libraries to one thread; it has to happen before numpy is imported.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
