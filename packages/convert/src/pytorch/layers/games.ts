/** The layers of GANs. @module */
import { channelsIn, type LayerWriter, type PythonText } from '../written-layer.ts'
import { spectralText } from './spectral.ts'

/** The sum over the positions of images. */
export const sumPositionsWriter: LayerWriter = () => ({ call: (x) => `${x}.sum((2, 3))` })

const fromBasisText: PythonText = {
  name: 'FromBasis',
  text: `class FromBasis(nn.Module):
    """A vector [batch, channels] times a learned picture of each channel."""

    def __init__(self, channels, height, width):
        super().__init__()
        self.basis = nn.Parameter(torch.randn(channels, height, width))

    def forward(self, x):
        return x[..., None, None] * self.basis`,
}

/** Where R3's generator begins. */
export const fromBasisWriter: LayerWriter = (node) => {
  const [height, width, channels] = node.shape
  return {
    module: `FromBasis(${channels}, ${height}, ${width})`,
    weights: { basis: ['basis', 'channelsFirst'] },
    uses: [fromBasisText],
  }
}

const toBasisText: PythonText = {
  name: 'ToBasis',
  text: `class ToBasis(nn.Module):
    """How much of a learned picture is in each channel."""

    def __init__(self, channels, height, width):
        super().__init__()
        self.basis = nn.Parameter(torch.randn(channels, height, width) / math.sqrt(height * width))

    def forward(self, x):
        return (x * self.basis).sum((2, 3))`,
}

/** Where R3's discriminator ends. */
export const toBasisWriter: LayerWriter = (node) => {
  const [height, width, channels] = node.inputs[0]?.shape ?? []
  return {
    module: `ToBasis(${channels}, ${height}, ${width})`,
    weights: { basis: ['basis', 'channelsFirst'] },
    uses: [toBasisText],
  }
}

const deviationText: PythonText = {
  name: 'beside_deviation',
  text: `def beside_deviation(x, group_size, features):
    """Appends channels with the standard deviation over groups of samples; sample i is in group i mod the number of groups."""
    batch = x.shape[0]
    size = min(group_size, batch)
    dealt = x.reshape(size, batch // size, features, x.shape[1] // features, -1)
    deviation = (dealt.var(0, unbiased=False) + 1e-8).sqrt().mean((2, 3)).repeat(size, 1)
    return torch.cat([x, deviation[(...,) + (None,) * (x.dim() - 2)].expand(-1, -1, *x.shape[2:])], 1)`,
}

/** `minibatchStdDev` of `@gen/nn`. */
export const minibatchStdDevWriter: LayerWriter = ({ config }) => ({
  call: (x) => `beside_deviation(${x}, ${Number(config.groupSize)}, ${Number(config.features)})`,
  uses: [deviationText],
})

const headText = (isSpectral: boolean): PythonText => ({
  name: isSpectral ? 'SpectralProjection' : 'Projection',
  ...(isSpectral && { uses: [spectralText] }),
  text: `class ${isSpectral ? 'SpectralProjection' : 'Projection'}(nn.Module):
    """A logit of features, plus their product with a vector of the class."""

    def __init__(self, features, classes):
        super().__init__()
        self.map = ${isSpectral ? 'spectral(nn.Linear(features, 1))' : 'nn.Linear(features, 1)'}
        self.classes = nn.Parameter(torch.randn(features, classes))${
          isSpectral
            ? `
        parametrize.register_parametrization(self, "classes", SpectralNorm(features))`
            : ''
        }

    def forward(self, features, label):
        return self.map(features) + (self.classes.T[label] * features).sum(1, keepdim=True)`,
})

/** The last layer of a discriminator that is told classes. */
export const projectionHeadWriter: LayerWriter = (node) => {
  const isSpectral = node.config.spectral === true
  const text = headText(isSpectral)
  const module = `${text.name}(${channelsIn(node)}, ${Number(node.config.classes)})`
  if (isSpectral) {
    return {
      module,
      uses: [text],
      weights: {
        kernel: ['map.parametrizations.weight.original', 'linear'],
        kernelU: ['map.parametrizations.weight.0.u', 'same'],
        bias: ['map.bias', 'same'],
        classes: ['parametrizations.classes.original', 'linear'],
        classesU: ['parametrizations.classes.0.u', 'same'],
      },
    }
  }
  const weights = {
    kernel: ['map.weight', 'linear'],
    bias: ['map.bias', 'same'],
    classes: ['classes', 'linear'],
  } as const
  return { module, uses: [text], weights }
}
