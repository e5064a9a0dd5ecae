/** Transforms that are made of others, or move numbers alone, in Python. @module */
import type { PythonText } from '../../written-layer.ts'

/** Images as vectors, in our order. */
export const rowsText: PythonText = {
  name: 'to_rows',
  text: `def to_rows(x):
    """All numbers of an image in the order [height, width, channels]."""
    return x.movedim(1, -1).flatten(1)


def to_images(rows, channels, height, width):
    return rows.unflatten(1, (height, width, channels)).movedim(-1, 1)`,
}

/** A transform of vectors, on images. */
export const rowTransformText: PythonText = {
  name: 'OfRows',
  uses: [rowsText],
  text: `class OfRows(nn.Module):
    """A transform of vectors, of images as such."""

    def __init__(self, transform):
        super().__init__()
        self.transform = transform

    def forward(self, x, context=None, inverse=False):
        y, log_det = self.transform(to_rows(x), context, inverse)
        return to_images(y, *x.shape[1:]), log_det`,
}

/** `chain`. */
export const chainText: PythonText = {
  name: 'Chain',
  text: `class Chain(nn.Module):
    """Transforms one after the other."""

    def __init__(self, *transforms):
        super().__init__()
        self.transforms = nn.ModuleList(transforms)

    def forward(self, x, context=None, inverse=False):
        log_det = x.new_zeros(len(x))
        for transform in reversed(self.transforms) if inverse else self.transforms:
            x, more = transform(x, context, inverse)
            log_det = log_det + more
        return x, log_det`,
}

/** `multiscale`. */
export const multiscaleText: PythonText = {
  name: 'Multiscale',
  uses: [rowsText],
  text: `class Multiscale(nn.Module):
    """Levels; behind each but the last half of the channels is done (Dinh et al., 2016). \`done\` has the shapes of these parts."""

    def __init__(self, done, *levels):
        super().__init__()
        self.done, self.levels = done, nn.ModuleList(levels)

    def forward(self, x, context=None, inverse=False):
        if inverse:
            return self.back(x, context)
        log_det, parts = x.new_zeros(len(x)), []
        for i, level in enumerate(self.levels):
            x, more = level(x, context)
            log_det = log_det + more
            x, part = x.chunk(2, 1) if i < len(self.levels) - 1 else (None, x)
            parts.append(to_rows(part))
        return torch.cat(parts, 1), log_det

    def back(self, y, context):
        log_det, x = y.new_zeros(len(y)), None
        parts = y.split([math.prod(shape) for shape in self.done], 1)
        for level, part, shape in reversed(list(zip(self.levels, parts, self.done))):
            part = to_images(part, *shape)
            x, more = level(part if x is None else torch.cat([x, part], 1), context, inverse=True)
            log_det = log_det + more
        return x, log_det`,
}

/** `squeezeImage`. */
export const squeezeText: PythonText = {
  name: 'Squeeze',
  text: `class Squeeze(nn.Module):
    """Each 2 x 2 block of pixels becomes one with four times the channels, in the order of reading."""

    def forward(self, x, context=None, inverse=False):
        if inverse:
            blocks = x.unflatten(1, (2, 2, -1)).permute(0, 3, 4, 1, 5, 2)
            return blocks.flatten(4).flatten(2, 3), x.new_zeros(len(x))
        blocks = x.unflatten(2, (-1, 2)).unflatten(4, (-1, 2)).permute(0, 3, 5, 1, 2, 4)
        return blocks.flatten(1, 3), x.new_zeros(len(x))`,
}

/** `splitFeatures`. */
export const splitFeaturesText: PythonText = {
  name: 'SplitFeatures',
  text: `class SplitFeatures(nn.Module):
    """A transform of the first features or channels, and another of the others."""

    def __init__(self, features, first, second):
        super().__init__()
        self.features, self.first, self.second = features, first, second

    def forward(self, x, context=None, inverse=False):
        a, more = self.first(x[:, : self.features], context, inverse)
        b, log_det = self.second(x[:, self.features :], context, inverse)
        return torch.cat([a, b], 1), log_det + more`,
}

/** `conditional`. */
export const conditionalText: PythonText = {
  name: 'Conditional',
  text: `class Conditional(nn.Module):
    """A transform that is told what a network makes of the context."""

    def __init__(self, network, transform):
        super().__init__()
        self.network, self.transform = network, transform

    def forward(self, x, context=None, inverse=False):
        return self.transform(x, self.network(context), inverse)`,
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
