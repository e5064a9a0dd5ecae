/** Linear maps of features or channels in Python, alike at every place of an image. @module */
import type { PythonText } from '../../written-layer.ts'
import { boundedLogText } from './univariate-texts.ts'

/** `luLinear`, and so `conv1x1`. */
export const luLinearText: PythonText = {
  name: 'LuLinear',
  uses: [boundedLogText],
  text: `class LuLinear(nn.Module):
    """A linear map of the features or channels as P L U, whose determinant is that of its diagonal."""

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
        log_det = (log_diagonal.sum() * x.shape[2:].numel()).expand(len(x))
        last = x.movedim(1, -1)
        rows = last.reshape(-1, len(self.order))
        y = torch.linalg.solve(matrix, rows, left=False) if inverse else rows @ matrix
        return y.reshape(last.shape).movedim(-1, 1), -log_det if inverse else log_det`,
}

/** `householder`. */
export const householderText: PythonText = {
  name: 'Householder',
  text: `class Householder(nn.Module):
    """An orthogonal map of the features or channels, as a product of reflections (Tomczak & Welling, 2016)."""

    def __init__(self, reflections, features):
        super().__init__()
        self.vectors = nn.Parameter(torch.zeros(reflections, features))

    def forward(self, x, context=None, inverse=False):
        matrix = torch.eye(self.vectors.shape[1], device=x.device)
        for v in self.vectors / (self.vectors.square().sum(1, keepdim=True) + 1e-30).sqrt():
            matrix = matrix - 2 * torch.outer(matrix @ v, v)
        y = x.movedim(1, -1) @ (matrix.T if inverse else matrix)
        return y.movedim(-1, 1), x.new_zeros(len(x))`,
}

/** `actnorm`. */
export const actnormText: PythonText = {
  name: 'ActNorm',
  uses: [boundedLogText],
  text: `class ActNorm(nn.Module):
    """A scale and an offset of each feature or channel."""

    def __init__(self, features):
        super().__init__()
        self.scale = nn.Parameter(torch.zeros(features))
        self.shift = nn.Parameter(torch.zeros(features))

    def forward(self, x, context=None, inverse=False):
        s, shift = (part.reshape(-1, *[1] * (x.dim() - 2)) for part in (bounded_log(self.scale, 1e-30), self.shift))
        log_det = (s.sum() * x.shape[2:].numel()).expand(len(x))
        return ((x - shift) / s.exp(), -log_det) if inverse else (x * s.exp() + shift, log_det)`,
}

/** `permuteFeatures`. */
export const permuteText: PythonText = {
  name: 'Permute',
  text: `class Permute(nn.Module):
    """Another order of the features or channels."""

    def __init__(self, order):
        super().__init__()
        self.order = order
        self.back = [order.index(i) for i in range(len(order))]

    def forward(self, x, context=None, inverse=False):
        return x[:, self.back if inverse else self.order], x.new_zeros(len(x))`,
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
        log_det = self.scale.abs().log().expand(x.shape).flatten(1).sum(1)
        return ((x - self.shift) / self.scale, -log_det) if inverse else (x * self.scale + self.shift, log_det)`,
}
