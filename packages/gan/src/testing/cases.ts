/** Every preset and design, small, for the laws. @module */
import { fold, type Key, key, normalArray, randint, uniform } from '@gen/backend'
import type { Batch } from '@gen/model'
import { add, reshape, type Tensor1D, tensor, tidy } from '@tensorflow/tfjs-core'
import type { Gan } from '../gan.ts'
import {
  dcgan,
  dragan,
  type GanPresetOptions,
  lsgan,
  pacgan,
  projectionGan,
  r1Gan,
  r3gan,
  sngan,
  standardGan,
  wganGp,
} from '../presets.ts'

/** A model to try the laws on. */
export interface Case {
  readonly name: string
  make(k: Key): Gan
}

const image = { shape: [6, 5, 2], latentSize: 3, widths: [4, 8] }
const points = { shape: [2], latentSize: 3, widths: [8, 8] }
const presets: Record<string, (options: GanPresetOptions) => Gan> = {
  standardGan,
  dcgan,
  lsgan,
  wganGp,
  sngan,
  dragan,
  r1Gan,
  r3gan,
  pacgan,
}

/** Presets on images and on points, and conditional ones of every design. */
export const cases: readonly Case[] = [
  ...Object.entries(presets).flatMap(([name, preset]) => [
    { name: `${name} of images`, make: (k: Key) => preset({ ...image, key: k }) },
    { name: `${name} of points`, make: (k: Key) => preset({ ...points, key: k }) },
  ]),
  { name: 'saturating standardGan', make: (k) => standardGan({ ...points, saturating: true, key: k }) },
  { name: 'projectionGan', make: (k) => projectionGan({ ...image, classes: 3, key: k }) },
  { name: 'projectionGan of points', make: (k) => projectionGan({ ...points, classes: 3, key: k }) },
  { name: 'conditional dcgan', make: (k) => dcgan({ ...image, classes: 3, key: k }) },
  { name: 'conditional r3gan', make: (k) => r3gan({ ...image, classes: 3, key: k }) },
  {
    name: 'augmented r1Gan',
    make: (k) => r1Gan({ ...image, augment: ['color', 'translation', 'cutout'], latent: 'uniform', key: k }),
  },
]

/** Data that fit a model: 4 rows. */
export function batchFor({ shape, config }: Pick<Gan, 'shape' | 'config'>, k: Key = key(50)): Batch {
  return tidy(() => {
    const x = uniform(fold(k, 0), [4, ...shape])
    if (config.classes === 0) return { x }
    return { x, labels: reshape(randint(fold(k, 1), [4, 1], { max: config.classes }), [4]) as Tensor1D }
  })
}

/** Moves all weights off their initial values, so that no gradient is zero by a zero kernel. */
export function perturb({ players }: Pick<Gan, 'players'>, k: Key): void {
  players.forEach((player, i) => {
    player.variables().forEach((variable, j) => {
      const noise = normalArray(fold(fold(k, i), j), 1, variable.size).map((z) => 0.1 * z)
      tidy(() => variable.assign(add(variable, tensor(noise, variable.shape))))
    })
  })
}
