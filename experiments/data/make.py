"""Makes the table of this folder.

    pip install --no-deps -r requirements.txt
    python make.py
"""

import csv
from importlib.metadata import distribution
from pathlib import Path

import numpy as np

# carat, depth and table in percent, price in dollars, length, width and height in millimetres; each as a whole number
# of its smallest step.
columns = {"carat": 100, "depth": 10, "table": 10, "price": 1, "x": 100, "y": 100, "z": 100}
text = Path(distribution("plotnine").locate_file("plotnine/data/diamonds.csv")).read_text()
stones = [[float(row[name]) * steps for name, steps in columns.items()] for row in csv.DictReader(text.splitlines())]
whole = np.rint(stones).astype(np.uint16)
# Depth is height over the mean of length and width; where it is not, something was mistyped (or is 0: not measured).
_, depth, _, _, x, y, z = whole.T.astype(np.float64)
right = np.abs(1000 * z / np.maximum(1, (x + y) / 2) - depth) < 10
np.savez_compressed(Path(__file__).parent / "diamonds.npz", x=whole[right])
print(f"{right.sum()} of {len(right)} stones")
