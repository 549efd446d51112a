"""Write the golden files anew, after a change that is meant to change results: ``python tests/golden/update.py``.

Look at the difference in version control before you commit it, and say in the changelog why results moved.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

from golden_runs import golden_file, golden_frames

if __name__ == "__main__":
    for policy, frame in golden_frames().items():
        frame.to_csv(golden_file(policy), lineterminator="\n")
