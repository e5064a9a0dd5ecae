/** The embedding of noise level and class. @module */
import { fold, type Key, silu } from '@gen/backend'
import { classEmbedding, defineLayer, dense, sinusoidalEmbedding } from '@gen/nn'
import { add } from '@tensorflow/tfjs-core'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { FullUnetConfig } from './config.ts'
import { frequencies, logSnrLayer } from './noise-level.ts'

interface SumOptions {
  activation: 'linear' | 'silu'
}

/** The activation of the sum of the inputs. */
const sum = defineLayer({
  where: 'unet',
  className: 'GenEmbeddingSum',
  inputs: [1, 4],
  outputShape: ([x], _: SumOptions) => x!,
  call: (inputs, { activation }) => {
    const total = inputs.reduce((a, b) => add(a, b))
    return activation === 'silu' ? silu(total) : total
  },
})

/** What is embedded. */
export interface Told {
  readonly alpha: SymbolicTensor
  readonly label: SymbolicTensor | undefined
  readonly augmentation: SymbolicTensor | undefined
  /** A vector. */
  readonly context: SymbolicTensor | undefined
}

/** Sines and cosines that the two-layer network sees: 16 frequencies over 6 octaves. */
const waveFeatures = 32

/**
 * Embeds alpha, the label and the augmentation as `[batch, embeddingSize]`.
 *
 * For `concat`, the sines and cosines of log-SNR themselves, as in the lecture's reference network, plus the class's
 * vector; otherwise a two-layer network of them, plus the class's vector, then SiLU, for the blocks' dense maps. The augmentation
 * and a context that is a vector are added by dense maps.
 */
export function embed(
  { alpha, label, augmentation, context }: Told,
  { embedding, embeddingSize: size, classes }: FullUnetConfig,
  key: Key,
): SymbolicTensor {
  const isPlain = embedding === 'concat'
  const level = logSnrLayer({ name: 'log_snr' }).apply(alpha)
  const waves = { size: isPlain ? size : waveFeatures, ...frequencies, name: 'noise_waves' }
  let noise = sinusoidalEmbedding(waves).apply(level) as SymbolicTensor
  if (!isPlain) {
    const hidden = dense({ units: size, activation: 'silu', key: fold(key, 0), name: 'noise_dense_0' }).apply(noise)
    noise = dense({ units: size, key: fold(key, 1), name: 'noise_dense_1' }).apply(hidden) as SymbolicTensor
  }
  const join = sum({ activation: isPlain ? 'linear' : 'silu', name: 'embedding' })
  const parts = [noise]
  if (label !== undefined) {
    const vector = classEmbedding({ classes, size, key: fold(key, 2), name: 'class_vector' }).apply(label)
    parts.push(vector as SymbolicTensor)
  }
  if (augmentation !== undefined) {
    const change = dense({ units: size, key: fold(key, 3), name: 'augmentation_dense' }).apply(augmentation)
    parts.push(change as SymbolicTensor)
  }
  if (context !== undefined) {
    const known = dense({ units: size, key: fold(key, 4), name: 'context_dense' }).apply(context)
    parts.push(known as SymbolicTensor)
  }
  return join.apply(parts.length === 1 ? noise : parts) as SymbolicTensor
}
