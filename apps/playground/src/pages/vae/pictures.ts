/** What the page of autoencoders shows: two maps, codes on them, and what draws from the prior come to. @module */
import { key, normalArray } from '@gen/backend'
import type { Dataset } from '@gen/model'
import type { Vae } from '@gen/vae'
import {
  dispose,
  mean,
  type Scalar,
  square,
  sub,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { cells } from '../cells.ts'
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
export function shownOf(set: Dataset): Shown {
  const { x, labels } = set.take(Array.from({ length: set.size }, (_, i) => i))
  const shown = { images: Float32Array.from(x.dataSync()), labels: Float32Array.from(labels!.dataSync()) }
  dispose([x, labels!])
  return shown
}

/** A view of two models; the wish's probe is a place on the plain one's map and one on the other's. */
export function view({ images, labels }: Shown): (plain: Vae, variational: Vae, wish: Wish) => Pictures {
  const prior = normalArray(key(103), counted, 2)
  const count = labels.length
  return (plain, variational, { layers, probe = [0, 0, 0, 0], numbers = true }) =>
    tidy(() => {
      const x = tensor4d(images, [count, 28, 28, 1])
      const codes = read(plain.encode(x))
      const { mean: means, logVariance } = variational.posterior(x)
      const own = read(means)
      const deviations = read(logVariance).map((value) => Math.exp(value / 2))
      const reach = reachOf(codes)
      const arrays: Record<string, Float32Array<ArrayBuffer>> = {
        ...{ labels: labels.slice(), plainCodes: codes, codes: own, deviations, prior: prior.slice(0, 2 * pins) },
        plainPoint: read(plain.decode(tensor2d(probe.slice(0, 2), [1, 2]))),
        point: read(variational.decode(tensor2d(probe.slice(2, 4), [1, 2]))),
      }
      if (layers.includes('map')) {
        arrays.plainMap = read(plain.decode(tensor2d(cells(mapSide, reach), [mapSide ** 2, 2])))
        arrays.map = read(variational.decode(tensor2d(cells(mapSide, bound), [mapSide ** 2, 2])))
      }
      const told = numbers ? numbersOf({ plain, variational, x, means, prior, codes, own, deviations }) : {}
      return { arrays, numbers: { reach, ...told } }
    })
}

interface Measured {
  readonly plain: Vae
  readonly variational: Vae
  readonly x: Tensor4D
  readonly means: Tensor2D
  readonly prior: Float32Array
  readonly codes: Float32Array
  readonly own: Float32Array
  readonly deviations: Float32Array
}

function numbersOf({ plain, variational, x, means, prior, codes, own, deviations }: Measured): Record<string, number> {
  const error = (y: Tensor4D) => (mean(square(sub(y, x))) as Scalar).dataSync()[0]!
  const share = (among: Float32Array) => holes(prior, among).filter(Boolean).length / counted
  const kl = own.reduce((sum, mu, i) => sum + (mu ** 2 + deviations[i]! ** 2 - 1) / 2 - Math.log(deviations[i]!), 0)
  const spread = (j: number) => {
    const column = own.filter((_, i) => i % 2 === j)
    const middle = column.reduce((sum, value) => sum + value, 0) / column.length
    return column.reduce((sum, value) => sum + (value - middle) ** 2, 0) / column.length
  }
  const noise = (j: number) =>
    deviations.filter((_, i) => i % 2 === j).reduce((sum, value) => sum + value ** 2, 0) / (own.length / 2)
  return {
    plainError: error(plain.reconstruct(x) as Tensor4D),
    error: error(variational.decode(means) as Tensor4D),
    ...{ plainHoles: share(codes), holes: share(own) },
    kl: kl / (own.length / 2),
    collapsed: [0, 1].filter((j) => noise(j) > 0.8).length,
    variance: (spread(0) + noise(0) + spread(1) + noise(1)) / 2,
  }
}

/** Half the side of a square that holds all but a few codes. */
function reachOf(codes: Float32Array): number {
  const sizes = [...codes].map(Math.abs).sort((a, b) => a - b)
  return Math.max(bound, 1.1 * sizes[Math.floor(0.99 * sizes.length)]!)
}

function read(tensor: { dataSync(): ArrayLike<number> }): Float32Array<ArrayBuffer> {
  return Float32Array.from(tensor.dataSync())
}
