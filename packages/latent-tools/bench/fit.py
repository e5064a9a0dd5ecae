"""Times scikit-learn and SciPy on 4,096 pairs, 512 -> 512 dimensions, in seconds of the processor (all threads); versions in fixtures/latent-tools/requirements.txt."""
import time

import numpy as np
from scipy.linalg import orthogonal_procrustes
from sklearn.linear_model import LinearRegression, Ridge

x, y = np.random.default_rng(0).standard_normal((2, 4096, 512))
fits = {
    "affine": lambda: LinearRegression().fit(x, y),
    "ridge": lambda: Ridge(alpha=1.0).fit(x, y),
    "orthogonal": lambda: orthogonal_procrustes(x, y),
}
for name, fit in fits.items():
    seconds = []
    for _ in range(3):
        start = time.process_time()
        fit()
        seconds.append(time.process_time() - start)
    print(f"{name:14} {min(seconds):.2f} s")
