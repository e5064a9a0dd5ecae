/** `autoregressive` in Python: its masks, its layers, both directions. @module */
import type { PythonText } from '../../written-layer.ts'

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
