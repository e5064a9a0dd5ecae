/** Distributions along curves: a point of a curve plus round Gaussian noise. @module */
import { assertNumber, type Key, normalArray, randintArray, split, uniformArray } from '@gen/backend'
import { type Mixture, mixtureLogDensity } from './mixture.ts'
import { type Draw, type Toy, toyFrom } from './toy.ts'

/** One or more congruent curves, and where on them points lie. */
export interface Curve {
  readonly name: string
  /** Number of curves, all equally likely. */
  readonly arms: number
  /** The range of the parameter t. */
  readonly range: readonly [from: number, to: number]
  /** The point of a curve at t. */
  point(arm: number, t: number): readonly [x: number, y: number]
  /** Density of t. */
  density(t: number): number
  /** The t below which a share `u` of the points lie. */
  quantile(u: number): number
  /** Largest coordinate on the curves. */
  readonly extent: number
  /** Values of t, ascending, at which the curve breaks off or turns sharply. @default none */
  readonly corners?: readonly number[]
}

/** Nodes and weights of Gauss–Legendre quadrature with 6 points on [−1, 1]: exact for polynomials of degree 11. */
const nodes = [0.2386191860831969, 0.6612093864662645, 0.9324695142031521].flatMap((x) => [-x, x])
const nodeWeights = [0.467913934572691, 0.3607615730481386, 0.1713244923791704].flatMap((w) => [w, w])

/** Makes the toy of a curve with noise of a standard deviation. */
export function curveToy(curve: Curve, deviation: number, facts: Pick<Toy, 'strokes'> = {}): Toy {
  assertNumber(`data.${curve.name}`, 'deviation', deviation, { min: 0.01 })
  return toyFrom({
    ...facts,
    name: curve.name,
    classes: curve.arms,
    bound: curve.extent + 5 * deviation,
    draw: (count, key, offset) => draw(curve, deviation, count, key, offset),
    logDensity: mixtureLogDensity(quadrature(curve, deviation)),
  })
}

function draw(curve: Curve, deviation: number, count: number, key: Key, offset: number): Draw {
  const [forArm, forPlace, forNoise] = split(key, 3) as [Key, Key, Key]
  const labels = randintArray(forArm, count, 1, { max: curve.arms, offset })
  const places = uniformArray(forPlace, count, 1, { offset })
  const noise = normalArray(forNoise, count, 2, { offset })
  const points = new Float32Array(2 * count)
  for (let i = 0; i < count; i++) {
    const [x, y] = curve.point(labels[i] as number, curve.quantile(places[i] as number))
    points[2 * i] = x + deviation * (noise[2 * i] as number)
    points[2 * i + 1] = y + deviation * (noise[2 * i + 1] as number)
  }
  return { points, labels }
}

/**
 * The density `∫ p(t) N(x; c(t), σ²I) dt` as a finite mixture, by quadrature over pieces of the curve of length 2.5σ: over so
 * short a piece the Gaussian is as good as a polynomial, so the relative error is below 1e-5.
 */
function quadrature(curve: Curve, deviation: number): Mixture {
  const { range, corners = [] } = curve
  const marks = [range[0], ...corners, range[1]]
  const smooth = marks.slice(1).flatMap((to, i) => pieces(curve, [marks[i] as number, to], 2.5 * deviation))
  const [x, y, weights]: [number[], number[], number[]] = [[], [], []]
  for (let arm = 0; arm < curve.arms; arm++) {
    for (const [from, to] of smooth) {
      for (const [i, node] of nodes.entries()) {
        const t = (from + to + (to - from) * node) / 2
        const [px, py] = curve.point(arm, t)
        x.push(px)
        y.push(py)
        weights.push(((nodeWeights[i] as number) * (to - from) * curve.density(t)) / 2 / curve.arms)
      }
    }
  }
  return { x, y, weights, deviation }
}

/** Cuts a smooth part of the curve into pieces of at most about `length`. */
function pieces({ range, point }: Curve, [start, end]: readonly [number, number], length: number): [number, number][] {
  const share = (end - start) / (range[1] - range[0])
  const steps = Math.max(20, Math.ceil(20_000 * share))
  const cut: [number, number][] = []
  let from = start
  let [lastX, lastY] = point(0, start)
  let travelled = 0
  for (let i = 1; i <= steps; i++) {
    // The end itself may belong to what follows.
    const t = i < steps ? start + ((end - start) * i) / steps : end
    const [x, y] = point(0, t)
    travelled += i < steps ? Math.hypot(x - lastX, y - lastY) : 0
    ;[lastX, lastY] = [x, y]
    if (travelled < length && i < steps) continue
    cut.push([from, t])
    from = t
    travelled = 0
  }
  return cut
}
