/** Multilayer perceptrons. @module */
import { assertInteger, fold, type Key } from '@gen/backend'
import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { dense } from '../layers/dense.ts'
import type { Activation } from '../operations/activate.ts'

/** Options of {@link mlp}. */
export interface MlpOptions {
  /** Size of the input. */
  inputs: number
  /** Size of the output. */
  outputs: number
  /** Draws the weights. */
  key: Key
  /** Sizes of the hidden layers. @default [128, 128] */
  widths?: number[]
  /** Activation of the hidden layers. @default 'silu' */
  activation?: Activation
  /** Applied to the output. @default 'linear' */
  outputActivation?: Activation
  /** Multiplies the last initial kernel; 0 gives a network that starts at 0. @default 1 */
  gain?: number
  /** Divides every kernel by its largest singular value. @default false */
  spectral?: boolean
  /** Name of the model, with which its layers' names begin. @default 'mlp' */
  name?: string
}

/**
 * A multilayer perceptron `[batch, inputs]` → `[batch, outputs]`. Twice differentiable.
 *
 * @throws GenError `value` or `range` for sizes that are not whole numbers ≥ 1.
 * @example
 * const network = mlp({ inputs: 2, outputs: 1, widths: [64, 64], key: key(0) })
 * const y = network.predict(ones([5, 2]))
 */
export function mlp({
  inputs,
  outputs,
  key,
  widths = [128, 128],
  activation = 'silu',
  outputActivation = 'linear',
  gain = 1,
  spectral = false,
  name = 'mlp',
}: MlpOptions): LayersModel {
  for (const [what, value] of Object.entries({ inputs, outputs })) assertInteger('nn.mlp', what, value, { min: 1 })
  for (const width of widths) assertInteger('nn.mlp', 'widths', width, { min: 1 })
  const x = input({ shape: [inputs], name: `${name}_x` })
  const hidden = widths.reduce((h, units, i) => {
    const layer = dense({ units, key: fold(key, i), activation, spectral, name: `${name}_dense_${i}` })
    return layer.apply(h) as SymbolicTensor
  }, x)
  const last = { units: outputs, key: fold(key, widths.length), activation: outputActivation, gain, spectral }
  const y = dense({ ...last, name: `${name}_output` }).apply(hidden) as SymbolicTensor
  return model({ inputs: x, outputs: y, name })
}
