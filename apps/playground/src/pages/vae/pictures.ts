/** What the page of autoencoders shows: two maps, codes on them, and what draws from the prior come to. @module */
import { key, normalArray } from '@gen/backend'
import type { Dataset } from '@gen/model'
import type { Vae } from '@gen/vae'
import { mean, type NamedTensorMap, square, sub, type Tensor, tensor2d, tensor4d, tidy } from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { cells } from '../cells.ts'
import { readAll } from '../read-all.ts'
import { holes } from './holes.ts'
import { bound, mapSide } from './view.ts'

/** Draws from the prior: shown, and counted. */
const pins = 60
const counted = 500

/** Held-out digits, read once. */
export interface Shown {
  readonly images: Float32Array
  readonly labels: Float32Array<ArrayBuffer>
}

/** The digits whose codes are shown. */
export async function shownOf(set: Dataset): Promise<Shown> {
  const { x, labels } = set.take(Array.from({ length: set.size }, (_, i) => i))
  const { images, classes } = await readAll({ images: x, classes: labels! })
  return { images, labels: classes }
}

/** A view of two models; the wish's probe is a place on the plain one's map and one on the other's. */
export function view({ images, labels }: Shown): (plain: Vae, variational: Vae, wish: Wish) => Promise<Pictures> {
  const prior = normalArray(key(103), counted, 2)
  const count = labels.length
  return async (plain, variational, { layers, probe = [0, 0, 0, 0], numbers = true }) => {
    const seen = tidy(() => {
      const x = tensor4d(images, [count, 28, 28, 1])
      const { mean: codes, logVariance } = variational.posterior(x)
      const error = (y: Tensor) => mean(square(sub(y, x)))
      return {
        ...{ codes, logVariance, plainCodes: plain.encode(x) },
        plainPoint: plain.decode(tensor2d(probe.slice(0, 2), [1, 2])),
        point: variational.decode(tensor2d(probe.slice(2, 4), [1, 2])),
        ...(numbers && { plainError: error(plain.reconstruct(x)), error: error(variational.decode(codes)) }),
      }
    })
    const { logVariance, plainError, error, ...arrays } = await readAll<NamedTensorMap & typeof seen>(seen)
    const deviations = logVariance.map((value) => Math.exp(value / 2))
    const reach = reachOf(arrays.plainCodes)
    const maps = layers.includes('map') ? await readAll(mapsOf(plain, variational, reach)) : {}
    const { plainCodes, codes } = arrays
    const errors = plainError && error && { plainError: plainError[0]!, error: error[0]! }
    return {
      arrays: { ...arrays, ...maps, deviations, labels: labels.slice(), prior: prior.slice(0, 2 * pins) },
      numbers: { reach, ...(numbers && { ...errors, ...numbersOf({ prior, plainCodes, codes, deviations }) }) },
    }
  }
}

/** Every place of both planes, decoded. */
function mapsOf(plain: Vae, variational: Vae, reach: number): { plainMap: Tensor; map: Tensor } {
  const all = (from: number) => tensor2d(cells(mapSide, from), [mapSide ** 2, 2])
  return tidy(() => ({ plainMap: plain.decode(all(reach)), map: variational.decode(all(bound)) }))
}

interface Measured {
  readonly prior: Float32Array
  readonly plainCodes: Float32Array
  readonly codes: Float32Array
  readonly deviations: Float32Array
}

function numbersOf({ prior, plainCodes, codes, deviations }: Measured): Record<string, number> {
  const share = (among: Float32Array) => holes(prior, among).filter(Boolean).length / counted
  const kl = codes.reduce((sum, mu, i) => sum + (mu ** 2 + deviations[i]! ** 2 - 1) / 2 - Math.log(deviations[i]!), 0)
  const spread = (j: number) => {
    const column = codes.filter((_, i) => i % 2 === j)
    const middle = column.reduce((sum, value) => sum + value, 0) / column.length
    return column.reduce((sum, value) => sum + (value - middle) ** 2, 0) / column.length
  }
  const noise = (j: number) =>
    deviations.filter((_, i) => i % 2 === j).reduce((sum, value) => sum + value ** 2, 0) / (codes.length / 2)
  return {
    ...{ plainHoles: share(plainCodes), holes: share(codes) },
    kl: kl / (codes.length / 2),
    collapsed: [0, 1].filter((j) => noise(j) > 0.8).length,
    variance: (spread(0) + noise(0) + spread(1) + noise(1)) / 2,
  }
}

/** Half the side of a square that holds all but a few codes. */
function reachOf(codes: Float32Array): number {
  const sizes = [...codes].map(Math.abs).sort((a, b) => a - b)
  return Math.max(bound, 1.1 * sizes[Math.floor(0.99 * sizes.length)]!)
}
