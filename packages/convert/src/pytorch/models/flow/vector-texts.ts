/** Transforms of vectors whose parameters are free, or come from a context, in Python. @module */
import type { PythonText } from '../../written-layer.ts'
import { boundedLogText } from './univariate-texts.ts'

const parametersText: PythonText = {
  name: 'Parameters',
  text: `class Parameters(nn.Module):
    """Parameters [batch, n] of a transform: free ones, and what a network makes of the context."""

    def __init__(self, size, network=None):
        super().__init__()
        self.theta = nn.Parameter(torch.zeros(1, size))
        self.network = network

    def parameters_of(self, x, context):
        theta = self.theta if self.network is None else self.theta + self.network(context)
        return theta.expand(len(x), -1)`,
}

/** `elementwise`. */
export const elementwiseText: PythonText = {
  name: 'Elementwise',
  uses: [parametersText],
  text: `class Elementwise(Parameters):
    """A function of each feature, whose parameters train."""

    def __init__(self, features, univariate, network=None):
        super().__init__(features * univariate.parameters, network)
        self.univariate = univariate

    def forward(self, x, context=None, inverse=False):
        theta = self.parameters_of(x, context).unflatten(1, (x.shape[1], -1))
        y, log_det = self.univariate(x, theta, inverse)
        return y, log_det.sum(1)`,
}

/** `planar`. */
export const planarText: PythonText = {
  name: 'Planar',
  uses: [parametersText],
  text: `class Planar(Parameters):
    """x + u tanh(w x + b), with u moved along w so far that it can be inverted (Rezende & Mohamed, 2015)."""

    def __init__(self, features, network=None):
        super().__init__(2 * features + 1, network)

    def forward(self, x, context=None, inverse=False):
        w, u, b = self.parameters_of(x, context).split([x.shape[1], x.shape[1], 1], 1)
        free = (w * u).sum(1, keepdim=True)
        wanted = 0.999 * F.softplus(free + math.log(math.e - 1)) - 0.999
        u = u + w * (wanted - free) / w.square().sum(1, keepdim=True).clamp(min=1e-12)
        s = (w * u).sum(1, keepdim=True).clamp(min=-0.999)
        a = (w * x).sum(1, keepdim=True)
        t = torch.tanh((self.root(a, s, b) if inverse else a) + b)
        log_det = (1 + s * (1 - t**2)).clamp(min=5e-4).log().sum(1)
        return (x - u * t, -log_det) if inverse else (x + u * t, log_det)

    def root(self, q, s, b):
        """a of a + s tanh(a + b) = q, by halving, and a step of Newton for the gradient."""
        with torch.no_grad():
            below, above = q - s.abs(), q + s.abs()
            for _ in range(32):
                a = (below + above) / 2
                is_above = a + s * torch.tanh(a + b) >= q
                below, above = torch.where(is_above, below, a), torch.where(is_above, a, above)
            a = (below + above) / 2
        t = torch.tanh(a + b)
        return a - (a + s * t - q) / (1 + s * (1 - t**2))`,
}

/** `radial`. */
export const radialText: PythonText = {
  name: 'Radial',
  uses: [parametersText, boundedLogText],
  text: `class Radial(Parameters):
    """x + beta / (alpha + r) (x - center) with r = |x - center| (Rezende & Mohamed, 2015)."""

    def __init__(self, features, network=None):
        super().__init__(features + 2, network)

    def forward(self, x, context=None, inverse=False):
        center, alpha, beta = self.parameters_of(x, context).split([x.shape[1], 1, 1], 1)
        alpha = bounded_log(alpha, 1e-3).exp()
        beta = alpha * torch.expm1(bounded_log(beta, 1e-3))
        offset = x - center
        r = (offset.square().sum(1, keepdim=True) + 1e-12).sqrt()
        if inverse:
            # The root of r^2 + (alpha + beta - rho) r - rho alpha = 0, without cancellation.
            b, product = alpha + beta - r, 4 * r * alpha
            large = (b.abs() + (b**2 + product).clamp(min=1e-20).sqrt()).clamp(min=1e-10)
            r = torch.where(b >= 0, product / 2 / large, large / 2)
        stretch = 1 + beta / (alpha + r)
        along = 1 + beta * alpha / (alpha + r) ** 2
        log_det = ((x.shape[1] - 1) * stretch.log() + along.log()).sum(1)
        return (center + offset / stretch, -log_det) if inverse else (center + offset * stretch, log_det)`,
}
