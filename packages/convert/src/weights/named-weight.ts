/** Weights between PyTorch's layout and ours. @module */
import { refusal } from '@gen/backend'
import { type RawTensor, readRaw, toArray } from '@gen/io'
import { type Tensor, tensor, type Variable } from '@tensorflow/tfjs-core'

/** A weight's name in PyTorch, its shape here, and how its axes lie there. */
export interface WeightShape {
  readonly name: string
  readonly shape: readonly number[]
  /**
   * `linear` is `[in, out]` here and `[out, in]` there; `convolution` is `[h, w, in, out]` here and `[out, in, h, w]` there, `convolution1d`
   * `[n, in, out]` and `[out, in, n]`; `channelsFirst` is `[h, w, c]` here and `[c, h, w]` there.
   */
  readonly layout: 'same' | 'linear' | 'convolution' | 'convolution1d' | 'channelsFirst'
}

/** A weight of a network of others' make. */
export interface NamedWeight extends WeightShape {
  readonly variable: Variable
}

/** Which of our axes each of PyTorch's is. */
const axes = { linear: [1, 0], convolution: [3, 2, 0, 1], convolution1d: [2, 1, 0], channelsFirst: [2, 0, 1] } as const

/** The shape of a weight in PyTorch. */
export function peerShape({ layout, shape }: WeightShape): number[] {
  return layout === 'same' ? [...shape] : axes[layout].map((axis) => shape[axis]!)
}

/** The weights as PyTorch has them, float32; no number changes. */
export async function toPeer(weights: readonly NamedWeight[]): Promise<Record<string, RawTensor>> {
  const raw: Record<string, RawTensor> = {}
  for (const weight of weights) {
    raw[weight.name] = peerRaw(weight, (await readRaw(weight.variable)).data)
  }
  return raw
}

/** A weight of float32 numbers in our layout, as PyTorch has it. */
export function peerRaw(weight: WeightShape, given: Uint8Array): RawTensor {
  // A file's tensors may lie where no float32 array may begin.
  const data = given.byteOffset % 4 === 0 ? given : given.slice()
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)
  const moved = weight.layout === 'same' ? values : permuted(values, weight.shape, [...axes[weight.layout]])
  const bytes = new Uint8Array(moved.buffer, moved.byteOffset, moved.byteLength)
  return { dtype: 'F32', shape: peerShape(weight), data: bytes }
}

/** Writes PyTorch's weights into ours: all of them or, where one does not fit, none; throws as {@link assertWeights}. */
export function fromPeer(
  where: string,
  weights: readonly NamedWeight[],
  given: Readonly<Record<string, RawTensor>>,
): void {
  assertWeights(where, weights, given)
  const values = weights.map((weight) => fromPeerNumbers(where, weight, given))
  weights.forEach((weight, i) => {
    const value: Tensor = tensor(values[i]!, [...weight.shape])
    weight.variable.assign(value)
    value.dispose()
  })
}

/**
 * Asserts that a file's weights are those of a network, before any is made.
 *
 * @throws GenError `file` for a weight that is missing, left over, of another shape or of no floating-point type.
 */
export function assertWeights(
  where: string,
  weights: readonly WeightShape[],
  given: Readonly<Record<string, RawTensor>>,
): void {
  assertNames(where, weights, Object.keys(given))
  for (const weight of weights) {
    const [raw, shape] = [given[weight.name]!, peerShape(weight)]
    if (floats.includes(raw.dtype) && sameShape(raw.shape, shape)) continue
    const got = `${raw.dtype} [${raw.shape}]`
    throw refusal('file', where, { expected: `${weight.name} as floating-point numbers [${shape}]`, got })
  }
}

function assertNames(where: string, weights: readonly WeightShape[], given: readonly string[]): void {
  const known = new Set(weights.map(({ name }) => name))
  const there = new Set(given)
  const missing = weights.find(({ name }) => !there.has(name))
  if (missing) {
    throw refusal('file', where, { expected: `a weight ${missing.name} [${peerShape(missing)}]`, got: 'none' })
  }
  const left = given.find((name) => !known.has(name))
  if (left === undefined) return
  throw refusal('file', where, { expected: 'no other weights than those of the config', got: JSON.stringify(left) })
}

const floats = ['F32', 'F16', 'BF16', 'F64']

/** A weight's numbers in our layout; throws a GenError `file` for one that is not finite. */
export function fromPeerNumbers(
  where: string,
  weight: WeightShape,
  given: Readonly<Record<string, RawTensor>>,
): Float32Array {
  const { name, layout } = weight
  const array = toArray(given[name]!)
  const values = array instanceof Float32Array ? array : Float32Array.from(array as Float64Array)
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) throw refusal('file', where, { expected: `${name} to be finite`, got: `${values[bad]} at ${bad}` })
  if (layout === 'same') return values
  const order: readonly number[] = axes[layout]
  const back = order.map((_, axis) => order.indexOf(axis))
  return permuted(values, peerShape(weight), back)
}

/** Axes of 1 at the end do not count: older files hold dense maps as 1 × 1 convolutions. */
function sameShape(got: readonly number[], expected: readonly number[]): boolean {
  return got.every((n, i) => n === (expected[i] ?? 1)) && got.length >= expected.length
}

/** The numbers with axis i of the result being axis `order[i]` of the given. */
function permuted(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array<ArrayBuffer> {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1))
  const [lengths, steps] = [order.map((axis) => shape[axis]!), order.map((axis) => strides[axis]!)]
  const moved = new Float32Array(values.length)
  const place = lengths.map(() => 0)
  for (let i = 0, from = 0; i < moved.length; i++) {
    moved[i] = values[from]!
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      from += steps[axis]!
      if (++place[axis]! < lengths[axis]!) break
      from -= steps[axis]! * lengths[axis]!
      place[axis] = 0
    }
  }
  return moved
}
