/** Mixtures of Gaussians: a ring and a grid. @module */
import { assertInteger, assertNumber, type Key, normalArray, randintArray, split } from '@gen/backend'
import { mixtureLogDensity } from './mixture.ts'
import { type Draw, type Toy, toyFrom } from './toy.ts'

/** Options of {@link gaussianRing}. */
export interface GaussianRingOptions {
  /** Number of modes. @default 8 */
  modes?: number
  /** Radius of the ring. @default 2 */
  radius?: number
  /** Standard deviation of each mode; tests of mode collapse use 0.02. @default 0.1 */
  deviation?: number
}

/** Options of {@link gaussianGrid}. */
export interface GaussianGridOptions {
  /** Modes along each side. @default 5 */
  side?: number
  /** Distance between neighbors. @default 2 */
  spacing?: number
  /** Standard deviation of each mode. @default 0.05 */
  deviation?: number
}

type Point = readonly [x: number, y: number]

/**
 * Equally likely Gaussians on a ring: the "8 Gaussians". Mode i is at angle 2πi / modes.
 *
 * @throws GenError `value` or `range` for bad options.
 * @see Unrolled Generative Adversarial Networks (Metz et al., 2016) https://arxiv.org/abs/1611.02163
 * @example
 * const x = gaussianRing().sample(256, key(0))
 */
export function gaussianRing({ modes = 8, radius = 2, deviation = 0.1 }: GaussianRingOptions = {}): Toy {
  assertInteger('data.gaussianRing', 'modes', modes, { min: 1 })
  assertNumber('data.gaussianRing', 'radius', radius, { exclusiveMin: 0 })
  assertNumber('data.gaussianRing', 'deviation', deviation, { exclusiveMin: 0 })
  const centers = Array.from({ length: modes }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / modes
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
  return gaussians('gaussianRing', centers, deviation, radius)
}

/**
 * Equally likely Gaussians on a square grid around the origin: the "25 Gaussians". Mode i is in row ⌊i / side⌋ from below
 * and column i mod side.
 *
 * @throws GenError `value` or `range` for bad options.
 * @see VEEGAN: Reducing Mode Collapse in GANs using Implicit Variational Learning (Srivastava et al., 2017) https://arxiv.org/abs/1705.07761
 * @example
 * const { modes, deviation } = gaussianGrid()
 */
export function gaussianGrid({ side = 5, spacing = 2, deviation = 0.05 }: GaussianGridOptions = {}): Toy {
  assertInteger('data.gaussianGrid', 'side', side, { min: 1 })
  assertNumber('data.gaussianGrid', 'spacing', spacing, { exclusiveMin: 0 })
  assertNumber('data.gaussianGrid', 'deviation', deviation, { exclusiveMin: 0 })
  const middle = (side - 1) / 2
  const centers = Array.from({ length: side * side }, (_, i): Point => {
    return [((i % side) - middle) * spacing, (Math.floor(i / side) - middle) * spacing]
  })
  return gaussians('gaussianGrid', centers, deviation, middle * spacing)
}

function gaussians(name: string, modes: readonly Point[], deviation: number, extent: number): Toy {
  const [x, y] = [modes.map((mode) => mode[0]), modes.map((mode) => mode[1])]
  return toyFrom({
    name,
    classes: modes.length,
    modes,
    deviation,
    bound: extent + 5 * deviation,
    draw: (count, key, offset) => draw(modes, deviation, count, key, offset),
    logDensity: mixtureLogDensity({ x, y, weights: modes.map(() => 1 / modes.length), deviation }),
  })
}

function draw(modes: readonly Point[], deviation: number, count: number, key: Key, offset: number): Draw {
  const [forMode, forNoise] = split(key) as [Key, Key]
  const labels = randintArray(forMode, count, 1, { max: modes.length, offset })
  const noise = normalArray(forNoise, count, 2, { offset })
  const points = noise.map((z, i) => (modes[labels[i >> 1] as number] as Point)[(i & 1) as 0 | 1] + deviation * z)
  return { points, labels }
}
