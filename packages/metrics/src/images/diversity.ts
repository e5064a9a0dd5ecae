/** Diversity of generated images by MS-SSIM. @module */
import { assertInteger, assertRank, type Key, permute, refusal } from '@gen/backend'
import { dispose, gather, type Tensor4D } from '@tensorflow/tfjs-core'
import { meanOf, type SampleMeasurement } from '../measurement.ts'
import { type MsSsimOptions, msSsim } from './ssim.ts'

/** Options of {@link msSsimDiversity}. */
export interface DiversityOptions extends MsSsimOptions {
  /** Chooses the pairs. */
  key: Key
  /** Number of pairs, drawn without repetition; all there are, if fewer. @default 1000 */
  pairs?: number
}

/** Pairs gathered at a time, to bound the memory. */
const chunkPairs = 32

/** Result of {@link msSsimDiversity}; `perSample` holds the values of the pairs. */
export type DiversityMeasurement = SampleMeasurement

/**
 * Mean MS-SSIM of random pairs of generated images: the higher, the more alike they are; 1 for a model that has
 * collapsed to one image. Compare with the same number on real images, class by class: it says nothing about quality.
 * The standard error takes the pairs as independent, though they share images.
 *
 * @throws GenError `shape` for fewer than 2 images or too small ones; `non-finite`; `range`.
 * @see Conditional image synthesis with auxiliary classifier GANs (Odena et al., 2017) https://arxiv.org/abs/1610.09585
 * @example
 * const { value } = msSsimDiversity(samples, { key: key(0), pairs: 200 })
 */
export function msSsimDiversity(
  images: Tensor4D,
  { key, pairs = 1000, ...options }: DiversityOptions,
): DiversityMeasurement {
  const where = 'metrics.msSsimDiversity'
  assertRank(where, 'images', images, 4)
  assertInteger(where, 'pairs', pairs, { min: 1 })
  const n = images.shape[0]
  if (n < 2) throw refusal('shape', where, { expected: 'at least 2 images', got: n, remedy: 'pass more images' })
  const all = (n * (n - 1)) / 2
  const chosen = Array.from({ length: Math.min(pairs, all) }, (_, i) => pairOf(permute(key, all, i)))
  const chunks = Array.from({ length: Math.ceil(chosen.length / chunkPairs) }, (_, chunk) => {
    return comparePairs(images, chosen.slice(chunk * chunkPairs, (chunk + 1) * chunkPairs), options)
  })
  const perSample = chunks.flatMap((chunk) => chunk.perSample)
  return {
    metric: 'ms-ssim-diversity',
    ...meanOf(perSample),
    perSample,
    samples: { fake: n },
    settings: { ...chunks[0]!.settings, pairs: chosen.length },
    warnings: chunks[0]!.warnings,
  }
}

function comparePairs(images: Tensor4D, pairs: readonly [number, number][], options: MsSsimOptions): SampleMeasurement {
  const side = (s: 0 | 1) =>
    gather(
      images,
      Int32Array.from(pairs, (pair) => pair[s]),
    )
  const [x, y] = [side(0), side(1)]
  try {
    return msSsim(x, y, options)
  } finally {
    dispose([x, y])
  }
}

/** The i-th of the pairs (a, b) with a < b: 01, 02, 12, 03, … */
function pairOf(i: number): [number, number] {
  let b = Math.floor((1 + Math.sqrt(1 + 8 * i)) / 2)
  if ((b * (b - 1)) / 2 > i) b--
  return [i - (b * (b - 1)) / 2, b]
}
