/** Operations of the layers of `@gen/nn` and `@gen/unet`, by their class names and configs. @module */
import {
  activation,
  elementwise,
  inSequence,
  modulation,
  normalization,
  noWork,
  product,
  sideBySide,
  softmax,
  type Work,
} from './work.ts'
import { type LayerFacts, sizeOf, type WorkRule } from './work-of-layer.ts'

/** Rules by class name. */
export const nnWork: Readonly<Record<string, WorkRule>> = {
  GenDense: (layer) => activated(layer, matrix(layer, 'kernel', sizeOf(layer.output.slice(0, -1)))),
  GenConvolution: (layer) => activated(layer, convolution(layer, 'kernel')),
  GenGroupNormalization: (layer) => activated(layer, normalization(sizeOf(layer.output), layer.trains)),
  GenAdaptiveGroupNormalization: (layer) => {
    const normalized = activated(layer, normalization(sizeOf(layer.output), layer.trains))
    return sideBySide(matrix(layer, 'kernel', 1), normalized)
  },
  GenFilm: (layer) => sideBySide(matrix(layer, 'kernel', 1), modulation(sizeOf(layer.output), layer.trains)),
  GenSilu: (layer) => elementwise(sizeOf(layer.output)),
  // One-hot rows times the table, as it is computed; labels have no gradient.
  GenClassEmbedding: (layer) => ({ ...matrix(layer, 'vectors', 1), inputGradient: 0 }),
  GenSinusoidalEmbedding: (layer) => elementwise(sizeOf(layer.output), 2, 2),
  GenFourierEmbedding: (layer) =>
    elementwise(sizeOf(layer.output), 2 * layer.inputs[0]!.at(-1)!, 2 * layer.inputs[0]!.at(-1)!),
  GenPixelShuffle: () => noWork,
  GenPixelUnshuffle: () => noWork,
  // Difference, square and sum over the group, and a root and a sum over the features.
  GenMinibatchStdDev: (layer) => elementwise(sizeOf(layer.inputs[0]!), 6, 6),
  GenDownsample: (layer) => (layer.config.method === 'conv' ? convolution(layer, 'kernel') : meanPool(layer)),
  GenUpsample: upsample,
  GenSelfAttention: selfAttention,
  GenResidualBlock: residualBlock,
  GenUnetInput: () => noWork,
  // Two bounds, two logarithms, two differences.
  GenLogSnr: (layer) => elementwise(sizeOf(layer.output), 6, 4),
  GenEmbeddingSum: (layer) => {
    const sum = elementwise(sizeOf(layer.output), layer.inputs.length - 1, 0)
    return activated(layer, sum)
  },
}

function activated(layer: LayerFacts, work: Work): Work {
  return inSequence(work, activation(layer.config.activation, sizeOf(layer.output)))
}

/** Rows times a weight [in, out] and its bias. */
function matrix({ trains, weights }: LayerFacts, kernel: string, rows: number): Work {
  const [from, to] = weights[kernel] as [number, number]
  const bias = weights[kernel === 'kernel' ? 'bias' : `${kernel}Bias`] !== undefined
  return product(rows * from * to, rows * to, { bias, trains })
}

/** A convolution with a bias; the positions of the output times the kernel. */
function convolution({ output, trains, weights }: LayerFacts, kernel: string): Work {
  const positions = sizeOf(output.slice(0, -1))
  const shape = weights[kernel]!
  return product(positions * sizeOf(shape), positions * shape.at(-1)!, { bias: true, trains })
}

/** Means over 2 positions along each axis. */
function meanPool({ inputs, output }: LayerFacts): Work {
  return elementwise(sizeOf(output), 2 ** (inputs[0]!.length - 1), 2 ** (inputs[0]!.length - 1))
}

/**
 * Nearest only copies, and its gradient sums up; bilinear is nearest and two means over 2 positions along each axis.
 */
function upsample(layer: LayerFacts): Work {
  const elements = sizeOf(layer.output.slice(0, -1)) * layer.inputs[0]!.at(-1)!
  const copies = elementwise(elements, 0, 1)
  if (layer.config.method === 'conv') return inSequence(copies, convolution(layer, 'kernel'))
  const means = 2 * 2 ** (layer.output.length - 1)
  return layer.config.method === 'bilinear' ? inSequence(copies, elementwise(elements, means, means)) : copies
}

/** `x + W_o·attention(q, k, v)` on the group-normalized input. */
function selfAttention(layer: LayerFacts): Work {
  const channels = layer.output.at(-1)!
  const positions = sizeOf(layer.output.slice(0, -1))
  const scores = positions * positions * Number(layer.config.heads ?? 1)
  const maps = sideBySide(...['query', 'keys', 'values'].map((name) => matrix(layer, name, positions)))
  // Both factors of these products have gradients.
  const between = { ...elementwise(positions * positions * channels, 2, 4) }
  const attention = inSequence(between, elementwise(scores), softmax(scores), between)
  const normalized = normalization(sizeOf(layer.output), layer.trains)
  const residual = elementwise(sizeOf(layer.output), 1, 1)
  return sideBySide(inSequence(normalized, maps, attention, matrix(layer, 'output', positions)), residual)
}

/** `skip(x) + conv₂(act(norm₂(conv₁(act(norm₁(x))))))`, with an embedding at the second normalization. */
function residualBlock(layer: LayerFacts): Work {
  const { config, inputs, output, trains, weights } = layer
  const group = config.normalization !== 'none'
  const elements = sizeOf(output)
  const act = (size: number) => activation(config.activation, size)
  const norm = (size: number) => (group ? normalization(size, trains) : noWork)
  const before = sizeOf(inputs[0]!)
  const first = inSequence(norm(before), act(before), convolution(layer, 'kernel1'))
  const second = inSequence(norm(elements), act(elements), convolution(layer, 'kernel2'))
  const embedded = inputs.length > 1 ? matrix(layer, 'embedding', 1) : noWork
  const skip = weights.skip ? convolution(layer, 'skip') : noWork
  return sideBySide(inSequence(first, joined(layer, elements, group), second), embedded, skip, elementwise(elements))
}

/** Where the embedding enters: as the second normalization's own scale and offset, as a modulation, or added. */
function joined({ config, inputs, trains }: LayerFacts, elements: number, group: boolean): Work {
  if (inputs.length < 2 || (config.embedding === 'film' && group)) return noWork
  if (config.embedding === 'film') return modulation(elements, trains)
  return { forward: elements, weightGradient: trains ? elements : 0, inputGradient: 0, trains }
}
