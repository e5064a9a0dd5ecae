/** Linear maps in LU form. @module */
import { claimWeights, refusal } from '@gen/backend'
import {
  add,
  div,
  exp,
  eye,
  fill,
  matMul,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core'
import type { Bijector, Transformed } from './bijector.ts'
import { boundedLog } from './bounded-log.ts'
import { defineBijector } from './define-bijector.ts'
import { inverseOrder, permuteAxis } from './permute-axis.ts'
import { channelsOf, type EventShape, eventShape, sizeOf } from './shape.ts'
import { triangularInverse } from './triangular-inverse.ts'

/** Options of {@link luLinear}. */
export interface LuLinearOptions {
  /** The permutation P: row `order[i]` of the matrix is row i of L·U. @default none */
  order?: readonly number[]
  /** The signs of U's diagonal, each 1 or −1. @default all 1 */
  signs?: readonly number[]
  /** Where to start, in row-major order. @default the identity */
  start?: LuStart
}

/** Where an LU form starts: L below its diagonal of ones, U above its diagonal, and log|diagonal of U|. */
export interface LuStart {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
  readonly logDiagonal: readonly number[]
}

/** |diagonal of U| stays within (slope, 1/slope). */
const slope = 1e-3

/**
 * Creates a linear map of the features or channels in LU form: `y = x·P·L·(U + diag(s))`, so that `log|det|` is a sum and
 * the inverse is two triangular ones. Everywhere in an image the channels go through the same matrix: a 1×1 convolution.
 *
 * @throws GenError `value` for an order or signs that do not fit.
 * @see Glow: Generative Flow with Invertible 1×1 Convolutions (Kingma & Dhariwal, 2018) https://arxiv.org/abs/1807.03039
 * @example
 * const layer = luLinear(6)
 */
export function luLinear(shape: EventShape, { order, signs, start }: LuLinearOptions = {}): Bijector {
  const event = eventShape('flows.luLinear', shape)
  const channels = channelsOf(event)
  claimWeights('flows.luLinear', [channels, channels])
  const places = sizeOf(event) / channels
  const { rows, sign } = checked(order, signs, channels)
  const { lower, upper, rawDiagonal } = makeVariables(channels, start)

  function factors(): Factors {
    const logDiagonal = boundedLog(rawDiagonal, slope)
    const identity = eye(channels)
    return {
      lower: add(strictlyLower(lower), identity),
      strictlyUpper: transpose(strictlyLower(transpose(upper))),
      diagonal: mul(exp(logDiagonal), tensor1d([...sign])),
      logDet: mul(sum(logDiagonal), places),
    }
  }

  function apply(x: Tensor, matrix: Tensor, logDet: Tensor): Transformed {
    const value = reshape(matMul(reshape(x, [-1, channels]), matrix as Tensor2D), x.shape)
    return { value, logDet: mul(fill([x.shape[0]], 1), logDet) }
  }

  return defineBijector({
    config: { kind: 'luLinear', shape: event, order: [...rows], signs: [...sign] },
    variables: () => [lower, upper, rawDiagonal],
    forward: (x) => {
      const { lower: l, strictlyUpper, diagonal, logDet } = factors()
      const product = add(matMul(l, strictlyUpper), mul(l, diagonal))
      return apply(x, permuteAxis(product, inverseOrder(rows), 0), logDet)
    },
    inverse: (y) => {
      const { lower: l, strictlyUpper, diagonal, logDet } = factors()
      const unit = add(eye(channels), div(strictlyUpper, reshape(diagonal, [channels, 1])))
      const upperInverse = div(transpose(triangularInverse(transpose(unit) as Tensor2D)), diagonal)
      const product = matMul(upperInverse as Tensor2D, triangularInverse(l))
      return apply(y, permuteAxis(product, inverseOrder(rows), 1), sub(0, logDet))
    },
  })
}

interface Factors {
  lower: Tensor2D
  strictlyUpper: Tensor2D
  diagonal: Tensor1D
  logDet: Tensor
}

interface LuVariables {
  lower: Variable
  upper: Variable
  rawDiagonal: Variable
}

function makeVariables(channels: number, start: LuStart | undefined): LuVariables {
  const square = (values: readonly number[] | undefined) =>
    tidy(() => variable(tensor2d([...(values ?? Array<number>(channels ** 2).fill(0))], [channels, channels])))
  const bound = -Math.log(slope)
  const raw = (start?.logDiagonal ?? Array<number>(channels).fill(0)).map((value) => {
    const inside = Math.max(-0.9 * bound, Math.min(0.9 * bound, value))
    return inside / (1 - Math.abs(inside) / bound)
  })
  return {
    lower: square(start?.lower),
    upper: square(start?.upper),
    rawDiagonal: tidy(() => variable(tensor1d(raw))),
  }
}

function strictlyLower(matrix: Tensor): Tensor2D {
  const size = matrix.shape[0]
  const below = Float32Array.from({ length: size * size }, (_, i) => Number(Math.floor(i / size) > i % size))
  return mul(matrix, tensor2d(below, [size, size]))
}

function checked(
  order: readonly number[] | undefined,
  signs: readonly number[] | undefined,
  channels: number,
): { rows: readonly number[]; sign: readonly number[] } {
  const rows = order ?? Array.from({ length: channels }, (_, i) => i)
  const sign = signs ?? Array<number>(channels).fill(1)
  const indices = new Set(rows)
  const isOrder = rows.length === channels && rows.every((_, i) => indices.has(i))
  if (isOrder && sign.length === channels && sign.every((one) => Math.abs(one) === 1)) return { rows, sign }
  const expected = `an order of 0…${channels - 1} and ${channels} signs of 1 or -1`
  const got = `[${rows.join(', ')}] and [${sign.join(', ')}]`
  throw refusal('value', 'flows.luLinear', { expected, got })
}
