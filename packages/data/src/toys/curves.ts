/** Toys along curves: two moons, two spirals, a Swiss roll. @module */
import { type Curve, curveToy } from './curve.ts'
import type { Toy } from './toy.ts'

/** Options of {@link moons}, {@link spirals} and {@link swissRoll}. */
export interface CurveOptions {
  /** Standard deviation of the noise around the curve, at least 0.01. @default 0.1 */
  deviation?: number
}

/**
 * Two moons: half circles of radius 2 that reach into each other, centered, with Gaussian noise. Label 0 is the upper one.
 *
 * @throws GenError `value` or `range` for a bad deviation.
 * @see scikit-learn's make_moons, https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_moons.html
 * @example
 * const { x, labels } = moons().batches({ size: 256, key: key(0) }).at(0)
 */
export function moons({ deviation = 0.1 }: CurveOptions = {}): Toy {
  const curve: Curve = {
    name: 'moons',
    arms: 2,
    range: [0, Math.PI],
    extent: 3,
    point: (arm: number, t: number) => {
      const sign = arm === 0 ? 1 : -1
      return [sign * (2 * Math.cos(t) - 1), sign * (2 * Math.sin(t) - 0.5)]
    },
    density: () => 1 / Math.PI,
    quantile: (u: number) => Math.PI * u,
  }
  return curveToy(curve, deviation)
}

/**
 * Two spirals of one and a half turns, with Gaussian noise: `±(−t cos t, t sin t) / 3`, t = 3π√u, so that points are about
 * equally dense all along.
 *
 * @throws GenError `value` or `range` for a bad deviation.
 * @see FFJORD (Grathwohl et al., 2018) https://arxiv.org/abs/1810.01367
 * @example
 * const density = spirals().logDensity(points)
 */
export function spirals({ deviation = 0.1 }: CurveOptions = {}): Toy {
  const end = 3 * Math.PI
  const curve: Curve = {
    name: 'spirals',
    arms: 2,
    range: [0, end],
    extent: end / 3,
    point: (arm: number, t: number) => {
      const radius = (arm === 0 ? t : -t) / 3
      return [-radius * Math.cos(t), radius * Math.sin(t)]
    },
    density: (t: number) => (2 * t) / end ** 2,
    quantile: (u: number) => end * Math.sqrt(u),
  }
  return curveToy(curve, deviation)
}

/**
 * A Swiss roll seen from the side: one spiral `(t cos t, t sin t) / 5` with t uniform in [1.5π, 4.5π], with Gaussian noise.
 *
 * @throws GenError `value` or `range` for a bad deviation.
 * @see FFJORD (Grathwohl et al., 2018) https://arxiv.org/abs/1810.01367
 * @example
 * const x = swissRoll({ deviation: 0.2 }).sample(256, key(0))
 */
export function swissRoll({ deviation = 0.1 }: CurveOptions = {}): Toy {
  const [start, end] = [1.5 * Math.PI, 4.5 * Math.PI]
  const curve: Curve = {
    name: 'swissRoll',
    arms: 1,
    range: [start, end],
    extent: end / 5,
    point: (_: number, t: number) => [(t * Math.cos(t)) / 5, (t * Math.sin(t)) / 5],
    density: () => 1 / (end - start),
    quantile: (u: number) => start + (end - start) * u,
  }
  return curveToy(curve, deviation)
}
