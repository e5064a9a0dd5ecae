/** The noise level as a number that a network can resolve. @module */

import { defineLayer, type LayerOptions } from '@gen/nn'
import { clipByValue, log, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

/** Signal ratios closer than this to 0 or 1 count as this far away: |log-SNR| stays below 13.9. */
const closest = 1e-6

const layer = defineLayer({
  where: 'unet.logSnr',
  className: 'GenLogSnr',
  outputShape: ([alpha], _: object) => alpha!,
  call: ([alpha]) => logSnr(alpha!),
})

/**
 * The logarithm of the signal-to-noise ratio, `λ = log(α/(1 − α))`, of a signal ratio α.
 *
 * Why not the noise variance `1 − α`, as the lecture's reference network has it: what changes a denoiser's task is the
 * *ratio* of noise and signal, and near α = 1 or 0 equal ratios are ever smaller steps of α. Between the noise levels
 * σ = 0.002 and 0.0022 the noise variance moves by 8·10⁻⁷, which turns its fastest wave, 1000 turns a unit, by 0.3°; λ
 * moves by 0.19, as it does for 10 % of noise at every other level, and its fastest wave, 2 turns a unit, turns by 137°.
 */
export function logSnrLayer(options: LayerOptions = {}): layers.Layer {
  return layer(options)
}

/** λ for each α; float32 α near 1 keeps 1 − α exact. */
function logSnr(alpha: Tensor): Tensor {
  const ratio = clipByValue(alpha, closest, 1 - closest)
  return sub(log(ratio), log(sub(1, ratio)))
}

/** The frequencies at which λ is embedded, in turns per unit: one turn over the whole range, to half a unit a turn. */
export const frequencies: { readonly minFrequency: number; readonly maxFrequency: number } = {
  minFrequency: 1 / 32,
  maxFrequency: 2,
}
