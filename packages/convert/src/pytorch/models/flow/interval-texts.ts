/** Functions without weights between intervals and the real numbers, in Python. @module */
import type { PythonText } from '../../written-layer.ts'

/** `logit`; `sigmoid` is its inverse. */
export const logitText: PythonText = {
  name: 'Logit',
  text: `class Logit(nn.Module):
    """log p - log(1 - p) of p = alpha + (1 - 2 alpha) x, from [0, 1] to the real numbers; p and 1 - p are at least \`least\`."""

    def __init__(self, alpha, least):
        super().__init__()
        self.alpha, self.least = alpha, least

    def forward(self, x, context=None, inverse=False):
        width = 1 - 2 * self.alpha
        if inverse:
            log_slope = -F.softplus(x) - F.softplus(-x) - math.log(width)
            return (x.sigmoid() - self.alpha) / width, log_slope.flatten(1).sum(1)
        up, down = ((v * width + self.alpha).clamp(self.least, 1).log() for v in (x, 1 - x))
        return up - down, (math.log(width) - up - down).flatten(1).sum(1)`,
}

/** `softplus`. */
export const softplusText: PythonText = {
  name: 'Softplus',
  text: `class Softplus(nn.Module):
    """log(1 + exp(x)), from the real to the positive numbers."""

    def forward(self, x, context=None, inverse=False):
        if inverse:
            positive = x.clamp(min=2**-126)
            lost = (-torch.expm1(-positive)).clamp(min=2**-126).log()
            return positive + lost, -lost.flatten(1).sum(1)
        return F.softplus(x).clamp(min=2**-126), -F.softplus(-x).flatten(1).sum(1)`,
}

/** `tanh`. */
export const tanhText: PythonText = {
  name: 'Tanh',
  text: `class Tanh(nn.Module):
    """The hyperbolic tangent, from the real numbers to (-1, 1)."""

    def forward(self, x, context=None, inverse=False):
        if inverse:
            inside = x.clamp(-1 + 2**-24, 1 - 2**-24)
            up, down = torch.log1p(inside), torch.log1p(-inside)
            return (up - down) / 2, -(up + down).flatten(1).sum(1)
        return torch.tanh(x), (2 * (math.log(2) - x - F.softplus(-2 * x))).flatten(1).sum(1)`,
}
