/** `continuous` in Python: a flow that integrates. @module */
import type { PythonText } from '../../written-layer.ts'
import { denseText } from './network-texts.ts'

const dopri5Text: PythonText = {
  name: 'dopri5',
  text: `TABLEAU = [
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
NODES = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]


def dopri5(f, x, start, end, relative, absolute, steps=None):
    """x at \`end\` of dx/dt = f(t, x), by Dormand & Prince, 1980, in so many equal steps, or as many as the tolerances ask for."""
    t, slope, h = start, f(start, x), (end - start) / (steps or 8)
    mix = lambda weights, slopes: h * sum(w * k for w, k in zip(weights, slopes) if w)
    for done in range(steps or 1000):
        slopes, after = [slope], x
        for node, row in zip(NODES, TABLEAU):
            after = x + mix(row, slopes)
            slopes.append(f(t + node * h, after))
        error = 0.0
        if steps is None:
            scale = absolute + relative * torch.maximum(x.abs(), after.abs())
            error = (mix(ERROR, slopes) / scale).square().mean().sqrt().item()
        if error <= 1:
            t, x, slope = t + h, after, slopes[-1]
            if abs(end - t) <= 1e-9 * abs(end - start):
                return x
        if steps is None:
            h *= min(5, max(0.2, 0.9 * max(error, 1e-10) ** -0.2 if math.isfinite(error) else 0.1))
            h = end - t if abs(h) > abs(end - t) else h
    raise ArithmeticError(f"expected to reach t = {end}, stopped at {t}; lower the learning rate, or raise the tolerances")`,
}

/** `continuous`, with the exact trace. */
export const continuousText: PythonText = {
  name: 'Continuous',
  uses: [denseText, dopri5Text],
  text: `class Continuous(nn.Module):
    """The solution at t = 1 of dx/dt = f(t, x), from x at t = 0, and the integral of the divergence of f (Grathwohl et al., 2018)."""

    def __init__(self, features, hidden, relative, absolute, steps=None, context=0):
        super().__init__()
        self.solver, self.is_told = dict(relative=relative, absolute=absolute, steps=steps), context > 0
        self.network = Dense([features + 6 + context, *hidden, features], nn.Tanh)

    def rate(self, t, state, context):
        """The field and its divergence: beside the value goes its derivative along each feature."""
        x = state[:, :-1]
        angles = [math.pi * k * t for k in (1, 2, 3)]
        time = x.new_tensor([*map(math.cos, angles), *map(math.sin, angles)]).expand(len(x), -1)
        h = torch.cat([x, time, context] if self.is_told else [x, time], 1)
        along = F.pad(torch.eye(x.shape[1], device=x.device), (0, h.shape[1] - x.shape[1])).expand(len(x), -1, -1)
        for layer in self.network:
            h = layer(h)
            along = along @ layer.weight.T if isinstance(layer, nn.Linear) else along * (1 - h**2)[:, None]
        return torch.cat([h, along.diagonal(dim1=1, dim2=2).sum(1, keepdim=True)], 1)

    def forward(self, x, context=None, inverse=False):
        start, end = (1.0, 0.0) if inverse else (0.0, 1.0)
        state = torch.cat([x, torch.zeros_like(x[:, :1])], 1)
        state = dopri5(lambda t, state: self.rate(t, state, context), state, start, end, **self.solver)
        return state[:, :-1], state[:, -1]`,
}
