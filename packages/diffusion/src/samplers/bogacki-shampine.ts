/** Bogacki and Shampine's pair of orders 3 and 2 along the angle. @module */
import {
  add,
  mean,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tensor,
  where,
} from '@tensorflow/tfjs-core'
import { levelAt, type Pace } from './pace.ts'
import type { SamplerContext } from './sampler.ts'
import type { Weighted } from './straight.ts'
import { weightedSum } from './weighted-sum.ts'

/** A state of all rows that moves along the angle. */
export interface Moving {
  readonly x: Tensor
  /** `dx/dθ`. */
  readonly slope: Tensor
}

/** A state of all rows, with what the network makes of it: its slope is `cos θ · ε − sin θ · x̂₀`. */
export interface Point extends Moving {
  /** x̂₀. */
  readonly clean: Tensor
}

/** x at these angles, one for each row. To be run in a `tidy`, as all here. */
export function pointAt(predict: SamplerContext['predict'], x: Tensor, angles: readonly number[]): Point {
  const { eps, clean } = predict(x, angles.map(levelAt))
  const [cosines, sines] = [column(angles.map(Math.cos), x), column(angles.map(Math.sin), x)]
  return { x, clean, slope: sub(mul(eps, cosines), mul(clean, sines)) }
}

/** A step of each row's own length from a point, and how far its two orders are apart: root mean squares `[rows]`. */
export function tryStep<P extends Moving>(
  at: (x: Tensor, angles: readonly number[]) => P,
  { x, slope: first }: Moving,
  pace: readonly Pace[],
): { point: P; apart: Tensor1D } {
  const down = column(
    pace.map(({ length }) => -length),
    x,
  )
  const along = (share: number, slopes: readonly Weighted[]) =>
    at(
      add(x, mul(weightedSum(...slopes), down)),
      pace.map(({ angle, length }) => angle - share * length),
    )
  const second = along(1 / 2, [[1 / 2, first]]).slope
  const third = along(3 / 4, [[3 / 4, second]]).slope
  const weights = [2 / 9, 1 / 3, 4 / 9].map((weight, j) => [weight, [first, second, third][j]!] as const)
  const point = along(1, weights)
  // The weights of third order less those of second, 7/24, 1/4, 1/3 and 1/8.
  const difference = weightedSum([-5 / 72, first], [1 / 12, second], [1 / 9, third], [-1 / 8, point.slope])
  return { point, apart: rootMeanSquares(mul(difference, down)) }
}

/** The new rows where the error is let through, the old ones elsewhere. */
export function letThrough(errors: readonly number[], there: Tensor, here: Tensor): Tensor {
  const taken = errors.map((error) => error <= 1)
  return where(tensor(taken, [taken.length, ...here.shape.slice(1).map(() => 1)], 'bool'), there, here)
}

function rootMeanSquares(x: Tensor): Tensor1D {
  return sqrt(mean(square(reshape(x, [x.shape[0]!, -1])), 1)) as Tensor1D
}

/** One number for each row of x. */
function column(values: readonly number[], x: Tensor): Tensor {
  return tensor([...values], [values.length, ...x.shape.slice(1).map(() => 1)])
}
