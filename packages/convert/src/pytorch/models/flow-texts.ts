/** Bijectors of vectors in Python; each gives a value and the logarithm of its determinant, `inverse` those of the way back. @module */
import type { PythonText } from '../written-layer.ts'

const boundedLogText: PythonText = {
  name: 'bounded_log',
  text: `def bounded_log(a, slope):
    """The logarithm of a scale within (slope, 1 / slope)."""
    return a / (1 + (a / math.log(slope)).abs())`,
}

/** What is done to each number, with parameters [batch, features, P]. */
export const univariateTexts: Readonly<Record<'additive' | 'affine' | 'spline', PythonText>> = {
  additive: {
    name: 'Shift',
    text: `class Shift:
    """x + θ."""

    parameters = 1

    def __call__(self, x, theta, inverse=False):
        return (x - theta[..., 0] if inverse else x + theta[..., 0]), torch.zeros_like(x)`,
  },
  affine: {
    name: 'ScaleAndShift',
    uses: [boundedLogText],
    text: `class ScaleAndShift:
    """x exp(a) + θ, with exp(a) within (slope, 1 / slope)."""

    parameters = 2

    def __init__(self, slope):
        self.slope = slope

    def __call__(self, x, theta, inverse=False):
        a = bounded_log(theta[..., 1], self.slope)
        return ((x - theta[..., 0]) / a.exp(), -a) if inverse else (x * a.exp() + theta[..., 0], a)`,
  },
  spline: {
    name: 'Spline',
    uses: [boundedLogText],
    text: `class Spline:
    """A monotonic rational-quadratic spline on [-bound, bound], the identity outside (Durkan et al., 2019)."""

    def __init__(self, bins, bound, slope):
        self.bins, self.bound, self.slope = bins, bound, slope
        self.parameters = 3 * bins - 1

    def knots(self, sizes):
        sizes = bounded_log(sizes, math.sqrt(self.slope)).softmax(-1)
        return (F.pad(sizes.cumsum(-1), (1, 0)) * 2 - 1) * self.bound

    def __call__(self, x, theta, inverse=False):
        widths, heights, slopes = theta.split([self.bins, self.bins, self.bins - 1], -1)
        xs, ys = self.knots(widths), self.knots(heights)
        slopes = F.pad(bounded_log(slopes, self.slope).exp(), (1, 1), value=1.0)
        along = ys if inverse else xs
        inside = (x >= along[..., 0]) & (x <= along[..., -1])
        v = torch.minimum(torch.maximum(x, along[..., 0]), along[..., -1])
        place = (v[..., None] >= along[..., 1:-1]).sum(-1, keepdim=True)
        at = lambda values, step=0: values.gather(-1, place + step)[..., 0]
        x0, y0, d0, d1 = at(xs), at(ys), at(slopes), at(slopes, 1)
        width, height = at(xs, 1) - x0, at(ys, 1) - y0
        s = height / width
        if inverse:
            eta = ((v - y0) / height).clamp(0, 1)
            curve = eta * (d0 + d1 - 2 * s)
            a, b, c = s - d0 + curve, d0 - curve, -s * eta
            xi = (-2 * c / (b + (b**2 - 4 * a * c).clamp(min=1e-20).sqrt())).clamp(0, 1)
        else:
            xi = ((v - x0) / width).clamp(0, 1)
        bump = xi * (1 - xi)
        denominator = s + (d0 + d1 - 2 * s) * bump
        log_slope = 2 * s.log() + (d1 * xi**2 + 2 * s * bump + d0 * (1 - xi) ** 2).log() - 2 * denominator.log()
        y = x0 + xi * width if inverse else y0 + height * (s * xi**2 + d0 * bump) / denominator
        return torch.where(inside, y, x), torch.where(inside, -log_slope if inverse else log_slope, 0.0)`,
  },
}

/** Linear layers, with an activation between them. */
export const mlpText: PythonText = {
  name: 'mlp',
  text: `def mlp(sizes, activation):
    layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (nn.Linear(a, b), activation())]
    return nn.Sequential(*layers[:-1])`,
}

/** `coupling` by halves. */
export const couplingText: PythonText = {
  name: 'Coupling',
  uses: [mlpText],
  text: `class Coupling(nn.Module):
    """Changes one half of the features by functions whose parameters come from the other half."""

    def __init__(self, features, flip, univariate, hidden, activation, context=0):
        super().__init__()
        middle = (features + 1) // 2
        first, last = slice(0, middle), slice(middle, features)
        self.kept, self.changed = (last, first) if flip else (first, last)
        kept = features - middle if flip else middle
        self.univariate, self.is_told = univariate, context > 0
        self.network = mlp([kept + context, *hidden, (features - kept) * univariate.parameters], activation)

    def forward(self, x, context=None, inverse=False):
        seen = torch.cat([x[:, self.kept], context], 1) if self.is_told else x[:, self.kept]
        theta = self.network(seen).unflatten(1, (-1, self.univariate.parameters))
        changed, log_det = self.univariate(x[:, self.changed], theta, inverse)
        y = x.clone()
        y[:, self.changed] = changed
        return y, log_det.sum(1)`,
}

/** `elementwise` with parameters of its own. */
export const elementwiseText: PythonText = {
  name: 'Elementwise',
  text: `class Elementwise(nn.Module):
    """A function of each feature, whose parameters train."""

    def __init__(self, shape, univariate):
        super().__init__()
        self.univariate = univariate
        self.theta = nn.Parameter(torch.zeros(shape))

    def forward(self, x, context=None, inverse=False):
        theta = self.theta.reshape(1, x.shape[1], -1).expand(len(x), -1, -1)
        y, log_det = self.univariate(x, theta, inverse)
        return y, log_det.sum(1)`,
}

const maskText: PythonText = {
  name: 'layer_masks',
  text: `def layer_masks(adjacency, hidden):
    """Which units of each layer may read which of the layer before, so that outputs depend on the inputs of their row alone."""
    sets = sorted({tuple(row) for row in adjacency})
    contains = [[int(all(a <= b for a, b in zip(other, own))) for other in sets] for own in sets]
    masks, readable = [], [list(row) for row in sets]
    for size in hidden:
        usable = [i for i, row in enumerate(readable) if 1 in row] or list(range(len(sets)))
        spread = lambda i: (i + 1) * len(usable) // size - 1 if size < len(usable) else i % len(usable)
        units = [usable[spread(i)] for i in range(size)]
        masks.append([readable[i] for i in units])
        readable = [[row[i] for i in units] for row in contains]
    masks.append([readable[sets.index(tuple(row))] for row in adjacency])
    return [torch.tensor(mask, dtype=torch.float32) for mask in masks]`,
}

/** `autoregressive` by ranks. */
export const autoregressiveText: PythonText = {
  name: 'Autoregressive',
  uses: [maskText],
  text: `class Masked(nn.Linear):
    """A linear map that reads what its mask allows."""

    def __init__(self, mask, bias=True):
        super().__init__(mask.shape[1], mask.shape[0], bias)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


class Autoregressive(nn.Module):
    """Changes each feature by a function whose parameters come from the features of lower rank (Papamakarios et al., 2017)."""

    def __init__(self, ranks, passes, univariate, hidden, activation, context=0, direct=False):
        super().__init__()
        size = -(-len(ranks) // passes)
        self.groups = [rank // size for rank in ranks]
        rows = [[int(a > b) for b in self.groups] + [1] * context for a in self.groups for _ in range(univariate.parameters)]
        layers = [layer for mask in layer_masks(rows, hidden) for layer in (Masked(mask), activation())]
        self.univariate, self.is_told = univariate, context > 0
        self.network = nn.Sequential(*layers[:-1])
        # Where hidden layers are too narrow for all dependencies.
        self.direct = Masked(torch.tensor(rows, dtype=torch.float32), bias=False) if direct else None

    def theta(self, x, context):
        seen = torch.cat([x, context], 1) if self.is_told else x
        raw = self.network(seen) if self.direct is None else self.network(seen) + self.direct(seen)
        return raw.unflatten(1, (-1, self.univariate.parameters))

    def forward(self, x, context=None, inverse=False):
        if not inverse:
            y, log_det = self.univariate(x, self.theta(x, context))
            return y, log_det.sum(1)
        known = torch.zeros_like(x)
        for done in range(max(self.groups) + 1):
            y, log_det = self.univariate(x, self.theta(known, context), inverse=True)
            known = y * torch.tensor([float(group <= done) for group in self.groups], device=x.device)
        return y, log_det.sum(1)`,
}

/** `luLinear` of vectors. */
export const luLinearText: PythonText = {
  name: 'LuLinear',
  uses: [boundedLogText],
  text: `class LuLinear(nn.Module):
    """A linear map as P L U, whose determinant is that of its diagonal."""

    def __init__(self, order, signs):
        super().__init__()
        size = len(order)
        self.order, self.signs = order, signs
        self.lower = nn.Parameter(torch.zeros(size, size))
        self.upper = nn.Parameter(torch.zeros(size, size))
        self.diagonal = nn.Parameter(torch.zeros(size))

    def forward(self, x, context=None, inverse=False):
        log_diagonal = bounded_log(self.diagonal, 1e-3)
        lower = self.lower.tril(-1) + torch.eye(len(self.order), device=x.device)
        upper = self.upper.triu(1) + torch.diag(log_diagonal.exp() * torch.tensor(self.signs, device=x.device))
        matrix = torch.empty_like(lower)
        matrix[self.order] = lower @ upper
        log_det = log_diagonal.sum().expand(len(x))
        return (torch.linalg.solve(matrix, x, left=False), -log_det) if inverse else (x @ matrix, log_det)`,
}

/** `actnorm` of vectors. */
export const actnormText: PythonText = {
  name: 'ActNorm',
  uses: [boundedLogText],
  text: `class ActNorm(nn.Module):
    """A scale and an offset of each feature."""

    def __init__(self, features):
        super().__init__()
        self.scale = nn.Parameter(torch.zeros(features))
        self.shift = nn.Parameter(torch.zeros(features))

    def forward(self, x, context=None, inverse=False):
        s = bounded_log(self.scale, 1e-30)
        log_det = s.sum().expand(len(x))
        return ((x - self.shift) / s.exp(), -log_det) if inverse else (x * s.exp() + self.shift, log_det)`,
}

/** `permuteFeatures`. */
export const permuteText: PythonText = {
  name: 'Permute',
  text: `class Permute(nn.Module):
    """Another order of the features."""

    def __init__(self, order):
        super().__init__()
        self.order = order
        self.back = [order.index(i) for i in range(len(order))]

    def forward(self, x, context=None, inverse=False):
        return x[:, self.back if inverse else self.order], torch.zeros(len(x), device=x.device)`,
}

/** `affine`, which does not train. */
export const affineText: PythonText = {
  name: 'Standardize',
  text: `class Standardize(nn.Module):
    """A scale and an offset that do not train."""

    def __init__(self, scale, shift):
        super().__init__()
        self.register_buffer("scale", torch.tensor(scale), persistent=False)
        self.register_buffer("shift", torch.tensor(shift), persistent=False)

    def forward(self, x, context=None, inverse=False):
        log_det = self.scale.abs().log().sum().expand(len(x))
        return ((x - self.shift) / self.scale, -log_det) if inverse else (x * self.scale + self.shift, log_det)`,
}

/** `inverse`. */
export const inverseText: PythonText = {
  name: 'Inverse',
  text: `class Inverse(nn.Module):
    """A transform the other way round."""

    def __init__(self, transform):
        super().__init__()
        self.transform = transform

    def forward(self, x, context=None, inverse=False):
        return self.transform(x, context, not inverse)`,
}
