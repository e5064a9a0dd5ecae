/** Keras's layers as those of TensorFlow.js, side by side. @module */
import { refusal } from '@gen/backend'
import { layers } from '@tensorflow/tfjs-layers'
import * as v from 'valibot'

type Layer = ReturnType<typeof layers.dense>
type Config = Readonly<Record<string, unknown>>

/** How a layer is made, and what its weights are. */
export interface LayerMaker {
  /** Weights in the order in which both have them, as shapes with what they must agree on: `in` is the channels of the input. */
  readonly weights?: (where: string, config: Config) => readonly (readonly (number | 'in')[])[]
  make(where: string, config: Config, name: string): Layer
}

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 24))
const pair = v.union([
  v.tuple([positive, positive]),
  v.pipe(
    positive,
    v.transform((n): [number, number] => [n, n]),
  ),
])
const padding = v.picklist(['same', 'valid'])
const last = v.optional(v.literal('channels_last'), 'channels_last')
const flag = v.optional(v.boolean(), true)

/** Names that the two spell differently. */
const activations = {
  linear: 'linear',
  relu: 'relu',
  relu6: 'relu6',
  elu: 'elu',
  selu: 'selu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'swish',
  gelu: 'gelu',
  silu: 'swish',
} as const
const activation = v.optional(
  v.pipe(
    v.nullable(v.picklist(Object.keys(activations) as (keyof typeof activations)[])),
    v.transform((name) => activations[name ?? 'linear']),
  ),
  'linear',
)

/** A maker of a schema; a config of another kind is refused by the layer's and the member's name. */
function maker<S extends v.GenericSchema>(
  schema: S,
  make: (config: v.InferOutput<S>, name: string) => unknown,
  weights?: (config: v.InferOutput<S>) => readonly (readonly (number | 'in')[])[],
): LayerMaker {
  const read = (where: string, config: Config): v.InferOutput<S> => {
    const parsed = v.safeParse(schema, config)
    if (parsed.success) return parsed.output
    const [issue] = parsed.issues
    const expected = `a config of ${String(config.name)} that is supported`
    throw refusal('config', where, { expected, got: `${v.getDotPath(issue) ?? 'it'}: ${issue.message}` })
  }
  return {
    make: (where, config, name) => make(read(where, config), name) as Layer,
    ...(weights && { weights: (where: string, config: Config) => weights(read(where, config)) }),
  }
}

const zeros = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const
const shape = v.array(v.pipe(v.number(), v.safeInteger()))
const dense = v.object({ units: positive, activation, use_bias: flag })
const convolution = v.object({
  ...{ filters: positive, kernel_size: pair, strides: v.optional(pair, 1), padding, data_format: last },
  ...{ dilation_rate: v.optional(pair, 1), groups: v.optional(v.literal(1), 1), activation, use_bias: flag },
  output_padding: v.optional(v.null(), null),
})
const norm = v.object({
  axis: v.optional(v.union([v.literal(-1), v.literal(3), v.tuple([v.literal(-1)]), v.tuple([v.literal(3)])]), -1),
  ...{ momentum: v.optional(v.number(), 0.99), epsilon: v.optional(v.number(), 1e-3), center: flag, scale: flag },
})
const pool = v.object({ pool_size: pair, strides: v.optional(v.nullable(pair)), padding, data_format: last })
const convolved = (config: v.InferOutput<typeof convolution>, name: string) => ({
  ...{ name, filters: config.filters, kernelSize: config.kernel_size, strides: config.strides },
  ...{ padding: config.padding, activation: config.activation, useBias: config.use_bias, ...zeros },
})
const pooled = (config: v.InferOutput<typeof pool>, name: string) => ({
  ...{ name, poolSize: config.pool_size, strides: config.strides ?? config.pool_size, padding: config.padding },
})
const bias = (used: boolean, size: number) => (used ? [[size]] : [])
const nothing = v.object({})

/** By the name of the class. */
export const layerMakers: Readonly<Record<string, LayerMaker>> = {
  Dense: maker(
    dense,
    ({ units, activation, use_bias: useBias }, name) => layers.dense({ name, units, activation, useBias, ...zeros }),
    ({ units, use_bias: used }) => [['in', units], ...bias(used, units)],
  ),
  Conv2D: maker(
    convolution,
    (config, name) => layers.conv2d({ ...convolved(config, name), dilationRate: config.dilation_rate }),
    ({ kernel_size: size, filters, use_bias: used }) => [[...size, 'in', filters], ...bias(used, filters)],
  ),
  Conv2DTranspose: maker(
    convolution,
    (config, name) => layers.conv2dTranspose(convolved(config, name)),
    ({ kernel_size: size, filters, use_bias: used }) => [[...size, filters, 'in'], ...bias(used, filters)],
  ),
  BatchNormalization: maker(
    norm,
    ({ momentum, epsilon, center, scale }, name) =>
      layers.batchNormalization({ name, momentum, epsilon, center, scale }),
    ({ center, scale }) => Array.from({ length: 2 + Number(center) + Number(scale) }, () => ['in'] as const),
  ),
  Activation: maker(v.object({ activation }), ({ activation: word }, name) =>
    layers.activation({ name, activation: word }),
  ),
  ReLU: maker(
    v.object({
      max_value: v.optional(v.nullable(v.number()), null),
      ...{ negative_slope: v.optional(v.literal(0), 0), threshold: v.optional(v.literal(0), 0) },
    }),
    ({ max_value: most }, name) => layers.reLU({ name, ...(most !== null && { maxValue: most }) }),
  ),
  LeakyReLU: maker(
    v.object({ negative_slope: v.optional(v.number()), alpha: v.optional(v.number()) }),
    ({ negative_slope: slope, alpha = 0.3 }, name) => layers.leakyReLU({ name, alpha: slope ?? alpha }),
  ),
  Softmax: maker(v.object({ axis: v.optional(v.literal(-1), -1) }), (_, name) => layers.softmax({ name, axis: -1 })),
  Flatten: maker(v.object({ data_format: last }), (_, name) => layers.flatten({ name })),
  Reshape: maker(v.object({ target_shape: shape }), ({ target_shape: targetShape }, name) =>
    layers.reshape({ name, targetShape }),
  ),
  Dropout: maker(v.object({ rate: v.number() }), ({ rate }, name) => layers.dropout({ name, rate })),
  UpSampling2D: maker(
    v.object({
      size: pair,
      data_format: last,
      interpolation: v.optional(v.picklist(['nearest', 'bilinear']), 'nearest'),
    }),
    ({ size, interpolation }, name) => layers.upSampling2d({ name, size, interpolation }),
  ),
  MaxPooling2D: maker(pool, (config, name) => layers.maxPooling2d(pooled(config, name))),
  AveragePooling2D: maker(pool, (config, name) => layers.averagePooling2d(pooled(config, name))),
  GlobalAveragePooling2D: maker(
    v.object({ data_format: last, keepdims: v.optional(v.literal(false), false) }),
    (_, name) => layers.globalAveragePooling2d({ name }),
  ),
  Add: maker(nothing, (_, name) => layers.add({ name })),
  Multiply: maker(nothing, (_, name) => layers.multiply({ name })),
  Concatenate: maker(v.object({ axis: v.optional(v.literal(-1), -1) }), (_, name) =>
    layers.concatenate({ name, axis: -1 }),
  ),
}
