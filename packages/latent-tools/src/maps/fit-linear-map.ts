/** Linear maps between latent spaces, from a support set. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import {
  crossProduct,
  type Matrix64,
  rankOf,
  ridgeRegression,
  type Solution,
  solveLeastSquares,
  sumOfSquares,
} from '@gen/linear-algebra'
import { assertOneOf, given } from '../arguments.ts'
import { type Codes, readPair } from '../codes.ts'
import { gradientDescent } from './gradient-descent.ts'
import { type LinearMap, linearMap } from './linear-map.ts'
import { arrivalWarning, openWarning, penaltyWarning, ridgeWarning } from './map-warnings.ts'
import { type Polar, polar, times } from './orthogonal.ts'
import { partialLeastSquares } from './partial-least-squares.ts'
import { type Scaling, scaled, unscaled } from './scaling.ts'

/** Codes of the same data in two spaces; any object with `a` and `b`, a {@link SupportSet} among them. */
export interface PairedCodes {
  /** `[points, size of the first space]` */
  readonly a: Codes
  /** `[points, size of the second space]` */
  readonly b: Codes
}

/** How a map is fitted: see {@link fitLinearMap}. */
export type MapMethod = 'leastSquares' | 'affine' | 'ridge' | 'orthogonal' | 'lortho' | 'pls' | 'sgd'

/** Options of {@link fitLinearMap}. */
export interface FitLinearMapOptions {
  /** @default 'ridge' */
  method?: MapMethod
  /** Takes the means off both spaces first, which gives the map a bias. @default false for leastSquares and sgd, else true */
  center?: boolean
  /** Scales both spaces first. @default 'none' */
  scaling?: Scaling
  /** λ of `‖x·W − y‖² + λ‖W‖²`, with `ridge`. `chooseRidge` finds one by k-fold. @default 1 */
  ridge?: number
  /** Lets `orthogonal` and `lortho` also scale the whole space by one number. @default false */
  rescale?: boolean
  /** Directions that `pls` uses. @default the smaller of both sizes, and below the number of points */
  components?: number
  /** Steps of `sgd`. @default 2000 */
  steps?: number
  /** Of `sgd`. @default 5e-4 */
  learningRate?: number
  /** L2 penalty of `sgd` on weights and on outputs, each. @default 1e-4 */
  penalty?: number
}

const where = 'latentTools.fitLinearMap'

/**
 * Fits the map `b ≈ a·W + bias` from points located in both spaces.
 *
 * | method | what |
 * |---|---|
 * | `leastSquares` | the smallest ‖aW − b‖², no bias |
 * | `affine` | the same with a bias |
 * | `ridge` | the smallest ‖aW − b‖² + λ‖W‖²; works with any number of points |
 * | `orthogonal` | the best rotation or reflection (Procrustes); between spaces of different size, a semi-orthogonal map |
 * | `lortho` | the orthogonal map nearest to the affine one |
 * | `pls` | through the directions of a that covary most with b |
 * | `sgd` | the paper's: Adam with L2 on weights and outputs, no bias |
 *
 * Arithmetic is float64: normal equations and Cholesky, or QR where the points are badly conditioned. Shifts of either
 * space only move the bias (with `center`); the units of either space, one number for all dimensions, only scale the map of
 * `leastSquares`, `affine`, `orthogonal` (with `rescale`), `lortho` and `pls`. `ridge` and `sgd` weigh errors against the
 * size of the map: scale the spaces ({@link Scaling}) where theirs are far from 1. The map's `warnings` say where the
 * points leave directions open, where a penalty outweighs them, and where `sgd` has not arrived.
 *
 * @throws GenError `shape` for sets that do not belong together or too few points; `value` for points that do not span
 * the first space, where the method needs that, or that are all the same where it needs a direction; `range` for options.
 * Each says what to do.
 * @see Comparing the latent space of generative models (Asperti & Tonelli, 2022) https://arxiv.org/abs/2207.06812
 * @see Latent space translation via semantic alignment (Maiorca et al., 2023) https://arxiv.org/abs/2311.00664
 * @example
 * const map = fitLinearMap(support, { method: 'ridge', ridge: 0.1 })
 * const there = vae.decode(map.apply(zGan))
 */
export function fitLinearMap(support: PairedCodes, options: FitLinearMapOptions = {}): LinearMap {
  const { method = 'ridge', scaling = 'none' } = given(where, options)
  assertOneOf(where, 'method', method, methods)
  assertOneOf(where, 'scaling', scaling, ['none', 'standard', 'isotropic'])
  const center = options.center ?? (method !== 'leastSquares' && method !== 'sgd')
  const { a: first, b: second } = given(where, support, 'the support set, { a, b },')
  const [a, b] = readPair(where, first, second, ['a', 'b'], { copy: false })
  assertEnough(method, a, center)
  const [from, to] = [scaled(a, center, scaling), scaled(b, center, scaling)]
  const { weights, facts = {}, warnings = [] } = methods[method](from.values, to.values, options)
  const config = { method, points: a.rows, center, scaling, ...facts }
  return linearMap({ ...unscaled(weights, from, to), config, warnings })
}

interface Fitted {
  weights: Matrix64
  facts?: Record<string, number | boolean>
  warnings?: string[]
}

type Fit = (x: Matrix64, y: Matrix64, options: FitLinearMapOptions) => Fitted

const methods: Readonly<Record<MapMethod, Fit>> = {
  leastSquares: (x, y) => ({ weights: solved(x, solveLeastSquares(x, y)) }),
  affine: (x, y) => ({ weights: solved(x, solveLeastSquares(x, y)) }),
  ridge: (x, y, { ridge = 1 }) => {
    assertNumber(where, 'ridge', ridge, { exclusiveMin: 0, exclusiveMax: Number.POSITIVE_INFINITY })
    const solution = ridgeRegression(x, y, ridge)
    const warnings = [...openWarning(x, solution.rank), ...ridgeWarning(x, solution.rank, ridge)]
    return { weights: solved(x, solution), facts: { ridge }, warnings }
  },
  orthogonal: (x, y, { rescale = false }) => orthogonalFit(polar(crossProduct(x, y)), x, y, rescale),
  lortho: (x, y, { rescale = false }) => orthogonalFit(polar(solved(x, solveLeastSquares(x, y))), x, y, rescale),
  pls: (x, y, { components = Math.min(x.columns, y.columns, x.rows - 1) }) => {
    assertInteger(where, 'components', components, { min: 1, max: Math.min(x.columns, x.rows) })
    const { weights, components: used, exhausted } = partialLeastSquares(x, y, components)
    const warnings =
      exhausted && used < components
        ? [`the points span only ${used} directions of the first space: pls used those, not ${components}`]
        : []
    return { weights, facts: { components: used }, warnings }
  },
  sgd: (x, y, { steps = 2000, learningRate = 5e-4, penalty = 1e-4 }) => {
    assertInteger(where, 'steps', steps, { min: 1 })
    assertNumber(where, 'learningRate', learningRate, { exclusiveMin: 0 })
    assertNumber(where, 'penalty', penalty, { min: 0 })
    const penalties = { weightPenalty: penalty, outputPenalty: penalty }
    const { weights, slopeLeft } = gradientDescent(x, y, { steps, learningRate, ...penalties })
    const warnings = [...openWarning(x, rankOf(x)), ...penaltyWarning(x, y, penalty), ...arrivalWarning(slopeLeft)]
    return { weights, facts: { steps, learningRate, penalty }, warnings }
  },
}

/** The weights, where there are any. */
function solved(x: Matrix64, { weights, rank }: Solution): Matrix64 {
  if (weights) return weights
  throw refusal('value', where, {
    expected: `support points that span all ${x.columns} dimensions of the first space`,
    got: `rank ${rank}`,
    remedy: "pass method: 'ridge' or 'pls', or choose more varied points",
    details: { rank, dimensions: x.columns },
  })
}

function orthogonalFit({ orthogonal, open }: Polar, x: Matrix64, y: Matrix64, rescale: boolean): Fitted {
  if (open === Math.min(x.columns, y.columns)) {
    throw refusal('value', where, {
      expected: 'points that differ in both spaces and go together',
      got: 'none that do',
      remedy: 'pass more varied points',
    })
  }
  const warnings =
    open > 0
      ? [
          `the points leave ${open} of ${Math.min(x.columns, y.columns)} directions open; those of the map are arbitrary`,
        ]
      : []
  if (!rescale) return { weights: orthogonal, warnings }
  // The best factor for this rotation: ⟨x·R, y⟩ / ‖x·R‖².
  const turned = crossProduct(x, y)
  const agreement = orthogonal.data.reduce((sum, value, i) => sum + value * turned.data[i]!, 0)
  const size = x.columns <= y.columns ? sumOfSquares(x) : projectedSquares(x, orthogonal)
  const scale = agreement / size
  return { weights: times(orthogonal, scale), facts: { rescale, scale }, warnings }
}

function projectedSquares(x: Matrix64, orthogonal: Matrix64): number {
  const projected = crossProduct(orthogonal, crossProduct(x, x))
  let trace = 0
  for (let j = 0; j < orthogonal.columns; j++) {
    for (let i = 0; i < orthogonal.rows; i++) {
      trace += projected.data[j * orthogonal.rows + i]! * orthogonal.data[i * orthogonal.columns + j]!
    }
  }
  return trace
}

function assertEnough(method: MapMethod, a: Matrix64, center: boolean): void {
  const solves = method === 'leastSquares' || method === 'affine' || method === 'lortho'
  const least = solves ? a.columns + (center ? 1 : 0) : 2
  if (a.rows >= least) return
  const needs = solves ? `at least ${least} support points for ${a.columns} dimensions` : 'at least 2 support points'
  const remedy = solves ? "pass more points, or method: 'ridge' or 'pls'" : 'pass more points'
  throw refusal('shape', where, {
    expected: `${needs} with method '${method}'`,
    got: a.rows,
    remedy,
    details: { method, points: a.rows, least },
  })
}
