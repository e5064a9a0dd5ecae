"""Linear algebra on latent codes by scikit-learn and SciPy, in float64."""

import numpy as np
import torch


def map_ridge(inputs, _attributes, _layout):
    from sklearn.linear_model import Ridge

    a, b = doubles(inputs)
    return lambda: [torch.from_numpy(Ridge(alpha=1.0).fit(a, b).coef_.T.copy())]


def map_affine(inputs, _attributes, _layout):
    from sklearn.linear_model import LinearRegression

    a, b = doubles(inputs)
    return lambda: [torch.from_numpy(LinearRegression().fit(a, b).coef_.T.copy())]


def map_orthogonal(inputs, _attributes, _layout):
    from scipy.linalg import orthogonal_procrustes

    a, b = doubles(inputs)
    return lambda: [torch.from_numpy(orthogonal_procrustes(a - a.mean(0), b - b.mean(0))[0])]


def map_pls(inputs, _attributes, _layout):
    """With the tolerance at which NIPALS agrees with a singular value decomposition to three digits; by default to two."""
    from sklearn.cross_decomposition import PLSRegression

    a, noise = doubles(inputs)
    codes = a / np.sqrt(1 + np.arange(a.shape[1]) / 8)
    images = codes @ inputs["weights"].double().numpy() + noise

    def run():
        regression = PLSRegression(n_components=64, scale=False, tol=1e-9, max_iter=5000)
        coefficients = regression.fit(codes, images).coef_.T
        return [torch.from_numpy(codes[:64] @ coefficients)]

    return run


def principal_directions(inputs, _attributes, _layout):
    from sklearn.decomposition import PCA

    a = inputs["a"].double().numpy()
    return lambda: [torch.from_numpy(np.sqrt(PCA().fit(a).explained_variance_)[None])]


def direction_svm(inputs, _attributes, _layout):
    from sklearn.svm import LinearSVC

    a, b = doubles(inputs)
    half = a.shape[1] // 2
    labels = ((a[:, :half] + b[:, :half]).sum(1) > 0).astype(int)

    def run():
        normal = LinearSVC(dual=False).fit(a, labels).coef_
        return [torch.from_numpy(normal / np.linalg.norm(normal))]

    return run


def doubles(inputs):
    return [inputs[name].double().numpy() for name in "ab"]
