/** Couplings in Python, of vectors and of images. @module */
import type { PythonText } from '../../written-layer.ts'

/** `coupling` by halves. */
export const couplingText: PythonText = {
  name: 'Coupling',
  text: `class Coupling(nn.Module):
    """Changes one half of the features or channels by functions whose parameters come from the other half."""

    def __init__(self, features, flip, univariate, network, told=False):
        super().__init__()
        middle = (features + 1) // 2
        first, last = slice(0, middle), slice(middle, features)
        self.kept, self.changed = (last, first) if flip else (first, last)
        self.univariate, self.network, self.told = univariate, network, told

    def forward(self, x, context=None, inverse=False):
        theta = self.network(x[:, self.kept], context if self.told else None)
        theta = theta.unflatten(1, (-1, self.univariate.parameters)).movedim(2, -1)
        changed, log_det = self.univariate(x[:, self.changed], theta, inverse)
        y = x.clone()
        y[:, self.changed] = changed
        return y, log_det.flatten(1).sum(1)`,
}

/** `coupling` by a mask. */
export const maskedCouplingText: PythonText = {
  name: 'MaskedCoupling',
  text: `class MaskedCoupling(nn.Module):
    """Changes what has 0 in the mask by functions whose parameters come from what has 1."""

    def __init__(self, mask, univariate, network, told=False):
        super().__init__()
        self.register_buffer("mask", mask, persistent=False)
        self.univariate, self.network, self.told = univariate, network, told

    def forward(self, x, context=None, inverse=False):
        theta = self.network(x * self.mask, context if self.told else None)
        theta = theta.unflatten(1, (-1, self.univariate.parameters)).movedim(2, -1)
        changed, log_det = self.univariate(x, theta, inverse)
        return torch.where(self.mask > 0, x, changed), (log_det * (1 - self.mask)).flatten(1).sum(1)`,
}

/** The mask `checkerboard`. */
export const checkerboardText: PythonText = {
  name: 'checkerboard',
  text: `def checkerboard(places, flip):
    """1 at every other place."""
    axes = torch.meshgrid(*[torch.arange(size) for size in places], indexing="ij")
    return ((sum(axes) + flip) % 2 == 0).float()`,
}
