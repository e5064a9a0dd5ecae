/** What flows do to each number, in Python. @module */
import type { PythonText } from '../../written-layer.ts'

/** Scales within bounds. */
export const boundedLogText: PythonText = {
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
