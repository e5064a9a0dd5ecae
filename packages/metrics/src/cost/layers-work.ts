/** Operations of the layers of tfjs. @module */
import { activation, elementwise, inSequence, normalization, noWork, product, softmax, type Work } from './work.ts'
import { type LayerFacts, sizeOf, type WorkRule } from './work-of-layer.ts'

/** Rules by class name; `undefined` for a class that is not counted. */
export const layersWork: Readonly<Record<string, WorkRule>> = {
  ...named(['InputLayer', 'Flatten', 'Reshape', 'Permute', 'RepeatVector', 'Masking', 'Concatenate'], () => noWork),
  ...named(['ZeroPadding2D', 'Cropping2D'], () => noWork),
  // Only active in training, where they cost a random number and a product; sampling does not run them.
  ...named(['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'], () => noWork),
  Dense: (layer) => activated(layer, weighted(layer, sizeOf(layer.output) * layer.inputs[0]!.at(-1)!)),
  ...named(['Conv1D', 'Conv2D', 'Conv3D'], (layer) => activated(layer, convolution(layer))),
  ...named(['Conv2DTranspose', 'Conv3DTranspose'], (layer) => activated(layer, transposedConvolution(layer))),
  DepthwiseConv2D: (layer) =>
    activated(layer, weighted(layer, sizeOf(layer.output) * window(layer, 'depthwise_kernel'))),
  SeparableConv2D: separable,
  Embedding: (layer) => ({ ...noWork, weightGradient: layer.trains ? sizeOf(layer.output) : 0, trains: layer.trains }),
  ...named(['BatchNormalization', 'LayerNormalization'], (layer) => normalization(sizeOf(layer.output), layer.trains)),
  Activation: (layer) => activation(layer.config.activation, sizeOf(layer.output)),
  ...named(['ReLU', 'LeakyReLU', 'ELU', 'ThresholdedReLU'], (layer) => elementwise(sizeOf(layer.output))),
  PReLU: ({ output, trains }) => ({
    ...elementwise(sizeOf(output)),
    weightGradient: trains ? sizeOf(output) : 0,
    trains,
  }),
  Softmax: (layer) => softmax(sizeOf(layer.output)),
  Add: (layer) => elementwise(sizeOf(layer.output), layer.inputs.length - 1, 0),
  Average: (layer) => elementwise(sizeOf(layer.output), layer.inputs.length, 1),
  ...named(['Maximum', 'Minimum'], (layer) => elementwise(sizeOf(layer.output), layer.inputs.length - 1, 1)),
  Multiply: (layer) => elementwise(sizeOf(layer.output), layer.inputs.length - 1, 2 * (layer.inputs.length - 1)),
  ...named(['AveragePooling1D', 'AveragePooling2D'], (layer) => pooling(layer, true)),
  ...named(['MaxPooling1D', 'MaxPooling2D'], (layer) => pooling(layer, false)),
  ...named(['GlobalAveragePooling1D', 'GlobalAveragePooling2D'], (layer) => elementwise(sizeOf(layer.inputs[0]!))),
  ...named(['GlobalMaxPooling1D', 'GlobalMaxPooling2D'], (layer) => elementwise(sizeOf(layer.inputs[0]!), 1, 0)),
  // Nearest repeats and its gradient sums up; bilinear weighs four neighbors along two axes.
  UpSampling2D: (layer) => elementwise(sizeOf(layer.output), layer.config.interpolation === 'bilinear' ? 8 : 0, 1),
}

function named(names: readonly string[], rule: WorkRule): Record<string, WorkRule> {
  return Object.fromEntries(names.map((name) => [name, rule]))
}

function activated(layer: LayerFacts, work: Work): Work {
  return inSequence(work, activation(layer.config.activation, sizeOf(layer.output)))
}

function weighted(layer: LayerFacts, macs: number): Work {
  return product(macs, sizeOf(layer.output), { bias: layer.weights.bias !== undefined, trains: layer.trains })
}

/** Multiplications for one output of one channel: the kernel without its last axis. */
function window(layer: LayerFacts, kernel: string): number {
  const shape = layer.weights[kernel]!
  // A depthwise kernel is [h, w, in, multiplier]: each output sees one input channel.
  return kernel === 'depthwise_kernel' ? shape[0]! * shape[1]! : sizeOf(shape.slice(0, -1))
}

function convolution(layer: LayerFacts): Work {
  return weighted(layer, sizeOf(layer.output) * window(layer, 'kernel'))
}

/** Each input number is multiplied with its channel's part of the kernel, [size…, out, in]. */
function transposedConvolution(layer: LayerFacts): Work {
  return weighted(layer, sizeOf(layer.inputs[0]!) * sizeOf(layer.weights.kernel!.slice(0, -1)))
}

/** Depthwise without bias, then 1 × 1. */
function separable(layer: LayerFacts): Work {
  const positions = sizeOf(layer.output.slice(0, -1))
  const [height, width, channels, multiplier] = layer.weights.depthwise_kernel!
  const middle = positions * channels! * multiplier!
  const depthwise = product(middle * height! * width!, middle, { bias: false, trains: layer.trains })
  return activated(layer, inSequence(depthwise, weighted(layer, middle * layer.output.at(-1)!)))
}

function pooling(layer: LayerFacts, average: boolean): Work {
  const size = layer.config.poolSize ?? layer.config.pool_size
  const cells = Array.isArray(size) ? sizeOf(size) : Number(size)
  return elementwise(sizeOf(layer.output), cells, average ? cells : 1)
}
