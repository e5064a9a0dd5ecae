/** What networks are told, as vectors. @module */
import {
  activated,
  channelsIn,
  channelsOut,
  type LayerWriter,
  type PythonText,
  refuseLayer,
  type WeightPlace,
} from '../written-layer.ts'
import { kernelPlaces, spectralModule, spectralText } from './spectral.ts'

const logSnrText: PythonText = {
  name: 'log_snr',
  text: `def log_snr(alpha):
    """log(α / (1 − α)) of a signal ratio."""
    alpha = alpha.clamp(1e-6, 1 - 1e-6)
    return alpha.log() - (1 - alpha).log()`,
}

const wavesText: PythonText = {
  name: 'Waves',
  text: `class Waves(nn.Module):
    """[batch] → [batch, size]: sin(2π f x), then cos(2π f x), with frequencies in geometric progression."""

    def __init__(self, size, lowest, highest):
        super().__init__()
        place = torch.arange(size // 2, dtype=torch.float64) / max(1, size // 2 - 1)
        self.register_buffer("frequencies", (lowest * (highest / lowest) ** place).float(), persistent=False)

    def forward(self, x):
        turns = x[:, None] * self.frequencies
        angle = 2 * math.pi * (turns - turns.floor())
        return torch.cat([angle.sin(), angle.cos()], 1)`,
}

/** The U-Net's noise level. */
export const logSnrWriter: LayerWriter = () => ({ call: (alpha) => `log_snr(${alpha})`, uses: [logSnrText] })

/** `sinusoidalEmbedding` of `@gen/nn`. */
export const sinusoidalWriter: LayerWriter = ({ config }) => ({
  module: `Waves(${Number(config.size)}, lowest=${Number(config.minFrequency)}, highest=${Number(config.maxFrequency)})`,
  uses: [wavesText],
})

/** `classEmbedding` of `@gen/nn`: labels are [batch] there. */
export const classEmbeddingWriter: LayerWriter = ({ config }) => {
  const count = Number(config.classes) + (config.noClass === true ? 1 : 0)
  return { module: `nn.Embedding(${count}, ${Number(config.size)})`, weights: { vectors: ['weight', 'same'] } }
}

/** `dense` of `@gen/nn`: of vectors, and of each place of a sequence. */
export const denseWriter: LayerWriter = (node, self) => {
  const isSequence = sequenceKinds.has(node.inputs[0]?.kind ?? '')
  if (node.inputs[0]?.shape.length !== 1 && !isSequence) return refuseLayer(node, 'a dense layer of vectors or tokens')
  const isSpectral = node.config.spectral === true
  return {
    module: spectralModule(`nn.Linear(${channelsIn(node)}, ${channelsOut(node)})`, isSpectral),
    call: (x) => activated(node, `${self}(${x})`),
    weights: { ...kernelPlaces('kernel', '', 'linear', isSpectral), bias: ['bias', 'same'] },
    uses: isSpectral ? [spectralText] : [],
  }
}

const sequenceKinds = new Set(['GenLayerNormalization', 'GenTransformerBlock', 'GenTokenEmbedding'])

/** The sum of what the U-Net is told. */
export const embeddingSumWriter: LayerWriter = (node) => ({
  call: (...parts) => activated(node, parts.join(' + ')),
})

/** An embedding beside the channels of an image. */
export const besideWriter: LayerWriter = (node) => {
  const none = Array(node.shape.length - 1)
    .fill('None')
    .join(', ')
  return {
    call: (x, embedding) => `torch.cat([${x}, ${embedding}[..., ${none}].expand(-1, -1, *${x}.shape[2:])], 1)`,
  }
}

/** Frequencies that train, of `@gen/gan`. */
export const fourierFeaturesWriter: LayerWriter = (node) => {
  const weights: Record<string, WeightPlace> = { frequencies: ['frequencies', 'same'] }
  const text = `class FourierFeatures(nn.Module):
    """x, sin(x f) and cos(x f), with frequencies that train."""

    def __init__(self, inputs, size):
        super().__init__()
        self.frequencies = nn.Parameter(torch.randn(inputs, size))

    def forward(self, x):
        phase = x @ self.frequencies
        return torch.cat([x, phase.sin(), phase.cos()], 1)`
  return {
    module: `FourierFeatures(${channelsIn(node)}, ${Number(node.config.size)})`,
    weights,
    uses: [{ name: 'FourierFeatures', text }],
  }
}
