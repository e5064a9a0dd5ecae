/** Which elements of an event a coupling keeps, and which it changes. @module */
import { refusal } from '@gen/backend'
import { add, concat, mul, slice, sub, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { channelsOf, sizeOf } from './shape.ts'

/**
 * Which elements a coupling keeps: `half` the first half of the features or channels; `checkerboard` every other
 * feature or pixel; or a list with `true` for each element that is kept, in row-major order.
 */
export type CouplingMask = 'half' | 'checkerboard' | readonly boolean[]

/** A batch in two parts. */
export interface Partition {
  /** Shape of what is kept, as the network sees it. */
  readonly keptShape: readonly number[]
  /** Shape of what goes through the univariate function. */
  readonly changedShape: readonly number[]
  split(x: Tensor): { kept: Tensor; changed: Tensor }
  merge(kept: Tensor, changed: Tensor): Tensor
  /** Sets to zero, in what is shaped like `changed`, what was not to be changed. */
  only(changed: Tensor): Tensor
}

/** Makes the partition of a coupling; `flip` exchanges the roles. */
export function partition(shape: readonly number[], mask: CouplingMask, flip: boolean): Partition {
  return mask === 'half' ? halves(shape, flip) : masked(shape, maskValues(shape, mask, flip))
}

function halves(shape: readonly number[], flip: boolean): Partition {
  const channels = channelsOf(shape)
  if (channels < 2) {
    const remedy = sizeOf(shape) > 1 ? 'pass mask: "checkerboard"' : 'use elementwise, for there is nothing to keep'
    throw refusal('shape', 'flows.coupling', { expected: 'at least 2 features to halve', got: channels, remedy })
  }
  const middle = Math.ceil(channels / 2)
  const lead = shape.slice(0, -1)
  const zeros = shape.map(() => 0)
  const first = (x: Tensor) => slice(x, [...zeros, 0], [-1, ...lead, middle])
  const last = (x: Tensor) => slice(x, [...zeros, middle], [-1, ...lead, channels - middle])
  const [firstShape, lastShape] = [
    [...lead, middle],
    [...lead, channels - middle],
  ]
  return {
    keptShape: flip ? lastShape : firstShape,
    changedShape: flip ? firstShape : lastShape,
    split: (x) => (flip ? { kept: last(x), changed: first(x) } : { kept: first(x), changed: last(x) }),
    merge: (kept, changed) => concat(flip ? [changed, kept] : [kept, changed], shape.length),
    only: (changed) => changed,
  }
}

function masked(shape: readonly number[], kept: Float32Array): Partition {
  const mask = () => tensor(kept, [1, ...shape])
  const only = (x: Tensor) => mul(x, sub(1, mask()))
  return {
    keptShape: shape,
    changedShape: shape,
    split: (x) => ({ kept: mul(x, mask()), changed: x }),
    merge: (stays, changed) => add(stays, only(changed)),
    only,
  }
}

function maskValues(shape: readonly number[], mask: Exclude<CouplingMask, 'half'>, flip: boolean): Float32Array {
  const size = sizeOf(shape)
  const isKept = (i: number) => (mask === 'checkerboard' ? (parity(shape, i) === 0) !== flip : mask[i] !== flip)
  const values = Float32Array.from({ length: size }, (_, i) => Number(isKept(i)))
  const ones = values.reduce((total, value) => total + value, 0)
  const fits = mask === 'checkerboard' || mask.length === size
  if (fits && ones > 0 && ones < size) return values
  const got = fits ? `${ones} kept` : `${mask.length} values`
  const remedy = size > 1 ? 'pass mask: "half" or another list' : 'use elementwise, for there is nothing to keep'
  const expected = `a mask of ${size} values, some kept and some not`
  throw refusal('shape', 'flows.coupling', { expected, got, remedy })
}

/** Parity of the sum of the coordinates; channels of one pixel belong together. */
function parity(shape: readonly number[], index: number): number {
  const channels = shape.length === 1 ? 1 : channelsOf(shape)
  const places = shape.length === 1 ? shape : shape.slice(0, -1)
  let rest = Math.floor(index / channels)
  let total = 0
  for (let axis = places.length - 1; axis >= 0; axis--) {
    const size = places[axis] as number
    total += rest % size
    rest = Math.floor(rest / size)
  }
  return total % 2
}
