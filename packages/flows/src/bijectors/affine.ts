/** Fixed scaling and shifting. @module */
import { refusal } from '@gen/backend'
import { add, div, fill, mul, sub, type Tensor, type Tensor1D, tensor } from '@tensorflow/tfjs-core'
import type { Bijector } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type Interval, real } from './interval.ts'
import { type EventShape, eventShape, sizeOf } from './shape.ts'

/** Options of {@link affine}. */
export interface FixedAffineOptions {
  /** One number, or one per element in row-major order; none is 0. @default 1 */
  scale?: number | readonly number[]
  /** One number, or one per element in row-major order. @default 0 */
  shift?: number | readonly number[]
  /** The ends between which arguments lie, included. @default all real numbers */
  domain?: readonly [min: number, max: number]
}

/**
 * Creates the fixed map `y = scale·x + shift`: to standardize data, or to move an interval. What is learned instead is
 * `elementwise(shape, { univariate: affineUnivariate() })`.
 *
 * @throws GenError `value` for a scale of zero or numbers that do not fit the event.
 * @example
 * const standardize = affine(2, { scale: [0.5, 2], shift: [0, -1] })
 * const toUnit = affine([8, 8, 1], { scale: 0.5, shift: 0.5, domain: [-1, 1] })
 */
export function affine(shape: EventShape, { scale = 1, shift = 0, domain }: FixedAffineOptions = {}): Bijector {
  const event = eventShape('flows.affine', shape)
  const size = sizeOf(event)
  const scales = perElement('scale', scale, size)
  const shifts = perElement('shift', shift, size)
  if (scales.includes(0)) throw refusal('value', 'flows.affine', { expected: 'a scale other than 0', got: '0' })
  if (domain && !(domain[0] < domain[1])) {
    throw refusal('value', 'flows.affine', { expected: 'a domain from a number to a larger one', got: `[${domain}]` })
  }
  const volume = scales.reduce((total, value) => total + Math.log(Math.abs(value)), 0)
  const from: Interval = domain ? { min: domain[0], max: domain[1], closed: true } : real
  const constant = (values: readonly number[]): Tensor => tensor([...values], [1, ...event])
  const logDet = (x: Tensor, value: number): Tensor1D => fill([x.shape[0]], value)
  return defineBijector({
    config: {
      kind: 'affine',
      shape: event,
      scale: typeof scale === 'number' ? scale : [...scale],
      shift: typeof shift === 'number' ? shift : [...shift],
      ...(domain && { domain: [...domain] }),
    },
    domain: from,
    codomain: domain ? image(from, scales, shifts) : real,
    forward: (x) => ({ value: add(mul(x, constant(scales)), constant(shifts)), logDet: logDet(x, volume) }),
    inverse: (y) => ({ value: div(sub(y, constant(shifts)), constant(scales)), logDet: logDet(y, -volume) }),
  })
}

function perElement(name: string, values: number | readonly number[], size: number): number[] {
  const list = typeof values === 'number' ? Array<number>(size).fill(values) : [...values]
  if (list.length === size && list.every(Number.isFinite)) return list
  throw refusal('value', 'flows.affine', {
    expected: `${name} of 1 or ${size} finite numbers`,
    got: `[${list.join(', ')}]`,
  })
}

/** Slightly widened, since float32 rounds. */
function image({ min, max }: Interval, scales: number[], shifts: number[]): Interval {
  const ends = scales.flatMap((scale, i) => [min * scale + shifts[i]!, max * scale + shifts[i]!])
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  const rounding = 1e-6 * Math.max(Math.abs(low), Math.abs(high))
  return { min: low - rounding, max: high + rounding, closed: true }
}
