/** Convolution, normalization, activation. @module */
import { assertInteger, type Key, refusal } from '@gen/backend'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import { convolution } from '../layers/convolution.ts'
import { groupNormalization } from '../layers/group-normalization.ts'
import type { Activation } from '../operations/activate.ts'
import { groupsFor } from '../operations/groups-for.ts'

/** Options of {@link convolutionBlock}. */
export interface ConvolutionBlockOptions {
  channels: number
  stride: number
  key: Key
  activation: Activation
  normalization: 'group' | 'none'
  spectral: boolean
  name: string
}

/** Puts a 3 × 3 convolution, group norm and an activation on top of x. */
export function convolutionBlock(
  x: SymbolicTensor,
  { activation, normalization, name, ...options }: ConvolutionBlockOptions,
): SymbolicTensor {
  const gain = Math.SQRT2 // activations that clip half of their input halve its second moment
  const conv = { ...options, gain, name: `${name}_conv` }
  if (normalization === 'none') return convolution({ ...conv, activation }).apply(x) as SymbolicTensor
  const groups = groupsFor(options.channels)
  const norm = groupNormalization({ groups, activation, name: `${name}_norm` })
  return norm.apply(convolution(conv).apply(x)) as SymbolicTensor
}

/** Refuses what no convolutional model takes. */
export function checkImageModel(where: string, shape: readonly number[], widths: readonly number[]): void {
  if (shape.length !== 3 || widths.length === 0) {
    const got = `shape [${shape.join(', ')}], ${widths.length} widths`
    throw refusal('shape', where, {
      expected: 'shape [height, width, channels] and at least 1 width',
      got,
      details: { shape, widths },
    })
  }
  for (const n of shape) assertInteger(where, 'shape', n, { min: 1 })
  for (const n of widths) assertInteger(where, 'widths', n, { min: 1 })
}
