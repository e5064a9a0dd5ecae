/** The networks that compute a flow's parameters, in Python: each takes x and, where it is told something, a context. @module */
import type { PythonText } from '../../written-layer.ts'

/** `denseNetwork` of vectors. */
export const denseText: PythonText = {
  name: 'Dense',
  text: `class Dense(nn.Sequential):
    """Linear layers with an activation between them; a context is appended to what they read."""

    def __init__(self, sizes, activation):
        layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (nn.Linear(a, b), activation())]
        super().__init__(*layers[:-1])

    def forward(self, x, context=None):
        return super().forward(x if context is None else torch.cat([x, context], 1))`,
}

/** `denseNetwork` of images. */
export const denseImagesText: PythonText = {
  name: 'DenseImages',
  uses: [denseText],
  text: `class DenseImages(Dense):
    """Linear layers over all numbers of an image, in the order [height, width, channels]."""

    def forward(self, x, context=None):
        last = x.movedim(1, -1)
        return super().forward(last.flatten(1), context).unflatten(1, (*last.shape[1:-1], -1)).movedim(-1, 1)`,
}

/** `convNetwork`. */
export const convNetworkText: PythonText = {
  name: 'ConvNetwork',
  text: `class ConvNetwork(nn.Module):
    """A residual convolutional network; a context is appended as channels, a vector at every place."""

    def __init__(self, channels, outputs, width, blocks, groups):
        super().__init__()
        norm = lambda: (nn.GroupNorm(groups, width), nn.SiLU())
        block = lambda: (*norm(), nn.Conv2d(width, width, 3, padding=1), *norm(), nn.Conv2d(width, width, 1))
        self.entry = nn.Conv2d(channels, width, 3, padding=1)
        self.blocks = nn.ModuleList(nn.Sequential(*block()) for _ in range(blocks))
        self.exit = nn.Conv2d(width, outputs, 3, padding=1)

    def forward(self, x, context=None):
        if context is not None:
            places = context.reshape(*context.shape[:2], *[1] * 2) if context.dim() == 2 else context
            x = torch.cat([x, places.expand(-1, -1, *x.shape[2:])], 1)
        h = self.entry(x)
        for block in self.blocks:
            h = h + block(h)
        return self.exit(F.silu(h))`,
}
