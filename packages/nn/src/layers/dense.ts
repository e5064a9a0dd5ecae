/** The dense layer, with spectral normalization if wanted. @module */
import { assertInteger, type Key } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { lecun } from '../initializers/initializer.ts'
import { type Activation, activate, activations } from '../operations/activate.ts'
import { affine } from '../operations/affine.ts'
import { channelsOf, expectOneOf, expectRank } from './expect.ts'
import { spectralKey } from './spectral-key.ts'

/** Options of {@link dense}. */
export interface DenseOptions extends LayerOptions {
  /** Size of the output. */
  units: number
  /** Draws the kernel. */
  key: Key
  /** Applied to the result. @default 'linear' */
  activation?: Activation
  /** Multiplies the initial kernel, which has variance 1/in. @default 1 */
  gain?: number
  /** Divides the kernel by its largest singular value. @default false */
  spectral?: boolean
}

const where = 'nn.dense'

const layer = defineLayer({
  where,
  className: 'GenDense',
  check: ({ units, activation }: Resolved<DenseOptions>) => {
    assertInteger(where, 'units', units, { min: 1 })
    expectOneOf(where, 'activation', activation, activations)
  },
  outputShape: ([x], { units }) => [...expectRank(where, 'x', x, [2, 3, 4]).slice(0, -1), units],
  weights: ([x], { units, key, gain, spectral }) => ({
    kernel: {
      shape: [channelsOf(where, x!), units],
      initializer: lecun({ key, gain }),
      spectralKey: spectralKey(key, spectral),
    },
    bias: { shape: [units] },
  }),
  call: ([x], { activation }, { kernel, bias }) => activate(affine(x!, kernel, bias), activation),
})

/**
 * Dense layer `y = activation(x·kernel + bias)` on the last axis: `[batch, …, in]` → `[batch, …, units]`.
 *
 * Twice differentiable. With `spectral` the kernel is divided by its largest singular value, see `spectralNormalize`;
 * the power iteration takes one step per call with `training: true`.
 *
 * @throws GenError `value` or `range` for units, `config` for an unknown activation.
 * @example
 * const y = dense({ units: 8, key: key(0) }).apply(ones([4, 3]))
 */
export function dense({ activation = 'linear', gain = 1, spectral = false, ...rest }: DenseOptions): layers.Layer {
  return layer({ activation, gain, spectral, ...rest })
}
