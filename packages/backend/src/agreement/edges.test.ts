/** Where tfjs itself counts windows wrongly, and where there is nothing to compute. */
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { useBackend } from '../index.ts'

const ramp = (shape: number[]) => tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)), shape)
const image = (shape: number[]) => ramp(shape) as tf.Tensor4D
const ids = (shape: number[]) => tf.zeros(shape, 'int32')
const pixel: [[number, number], [number, number], [number, number], [number, number]] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
]

/** Operations on windows of 3 × 2 in steps of 1 × 2. */
const oblong: Record<string, (pad: number | typeof pixel) => tf.Tensor4D> = {
  avgPool: (pad) => tf.avgPool(image([1, 4, 6, 2]), [3, 2], [1, 2], pad as 1),
  conv2d: (pad) => tf.conv2d(image([1, 4, 6, 2]), image([3, 2, 2, 2]), [1, 2], pad),
  depthwiseConv2d: (pad) => tf.depthwiseConv2d(image([1, 4, 6, 2]), image([3, 2, 2, 1]), 2, pad as 1),
  'fused.conv2d': (pad) =>
    tf.fused.conv2d({ x: image([1, 4, 6, 2]), filter: image([3, 2, 2, 2]), strides: [1, 2], pad }),
  maxPool: (pad) => tf.maxPool(image([1, 4, 6, 2]), [3, 2], [1, 2], pad as 1),
}

/** Operations on no values, or that give none, with what NumPy gives. */
const nothing: Record<string, [run: () => tf.Tensor, shape: number[], values?: number[]]> = {
  'a sum of products of none': [() => tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])), [2, 3], [0, 0, 0, 0, 0, 0]],
  'products of no rows': [() => tf.matMul(tf.zeros([0, 2]), tf.ones([2, 3])), [0, 3]],
  'a convolution of no images': [() => tf.conv2d(image([0, 4, 4, 2]), image([3, 3, 2, 3]), 1, 'same'), [0, 4, 4, 3]],
  'a convolution without room': [() => tf.conv2d(image([1, 2, 2, 2]), image([3, 3, 2, 3]), 1, 'valid'), [1, 0, 0, 3]],
  'pooling without room': [() => tf.maxPool(image([1, 1, 1, 2]), 2, 2, 'valid'), [1, 0, 0, 2]],
  'a dilated filter without room': [
    () => tf.conv2d(image([3, 9, 6, 2]), image([2, 4, 2, 1]), 1, 'valid', 'NHWC', [1, 2]),
    [3, 8, 0, 1],
  ],
  'a gradient of pooling no images': [
    () => tf.grad((x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'same'))(image([0, 3, 3, 1])),
    [0, 3, 3, 1],
  ],
  'a sum over none': [() => tf.sum(tf.zeros([2, 0]), 1), [2], [0, 0]],
  'softmax of no rows': [() => tf.softmax(tf.zeros([0, 3])), [0, 3]],
  'no places': [() => tf.gather(tf.ones([3, 2]), ids([0])), [0, 2]],
  'a segment sum of none': [
    () => tf.unsortedSegmentSum(tf.zeros([0, 2]), ids([0]) as tf.Tensor1D, 2),
    [2, 2],
    [0, 0, 0, 0],
  ],
  'padding around nothing': [
    () =>
      tf.pad(
        tf.zeros([0, 2]),
        [
          [1, 0],
          [0, 0],
        ],
        3,
      ),
    [1, 2],
    [3, 3],
  ],
  'a choice among none': [() => tf.where(tf.zeros([0], 'bool'), tf.zeros([0]), tf.zeros([0])), [0]],
  'no scaled images': [() => tf.image.resizeBilinear(image([0, 2, 2, 1]), [4, 4]), [0, 4, 4, 1]],
}

/** Reductions of one axis, and what each makes of no numbers of every type that it takes. */
const reductions: Record<string, [run: typeof tf.sum, values: Partial<Record<tf.DataType, number>>, dtype?: string]> = {
  all: [(x, ...rest) => tf.all(x, ...rest), { bool: 1 }],
  any: [(x, ...rest) => tf.any(x, ...rest), { bool: 0 }],
  max: [tf.max, { float32: Number.NEGATIVE_INFINITY, int32: -(2 ** 31), bool: 0 }],
  mean: [tf.mean, { float32: Number.NaN, int32: Number.NaN }, 'float32'],
  min: [tf.min, { float32: Number.POSITIVE_INFINITY, int32: 2 ** 31 - 1, bool: 1 }],
  prod: [tf.prod, { float32: 1, int32: 1 }],
  sum: [tf.sum, { float32: 0, int32: 0 }],
}
const ofNone = Object.entries(reductions).flatMap(([name, [run, values, given]]) =>
  Object.entries(values).map(([dtype, value]) => ({
    name,
    run,
    dtype: dtype as 'float32',
    value,
    given: given ?? dtype,
  })),
)

describe.each(['cpu', 'simd', 'wasm'] as const)('on %s', (name) => {
  beforeAll(() => useBackend(name))

  it.each(Object.entries(oblong))('%s pads the width by its own window and stride', (_, op) => {
    const [byNumber, sideBySide] = tf.tidy(() => [op(1), op(pixel)])
    expect(byNumber.shape).toEqual(sideBySide.shape)
    expect(byNumber.shape.slice(1, 3)).toEqual(op.toString().includes('depthwise') ? [2, 4] : [4, 4])
    expect(byNumber.dataSync()).toEqual(sideBySide.dataSync())
    tf.dispose([byNumber, sideBySide])
  })

  it.each(ofNone)('$name of none, of type $dtype', ({ run, dtype, value, given }) => {
    for (const [shape, axis, left] of [
      [[0], 0, []],
      [[0], undefined, []],
      [[2, 0], 1, [2]],
      [[2, 0], -1, [2]],
      [[0, 3], 0, [3]],
      [[2, 0, 3], 1, [2, 3]],
      [[2, 0, 3], [0, 1], [3]],
      [[2, 0, 3], [1, 2], [2]],
      // What is left is nothing itself.
      [[2, 0], 0, [0]],
    ] as [number[], number | number[] | undefined, number[]][]) {
      const [result, kept] = tf.tidy(() => [false, true].map((keep) => run(tf.zeros(shape, dtype), axis, keep)))
      expect([result!.dtype, result!.shape]).toEqual([given, left])
      expect(kept!.rank).toBe(shape.length)
      const values = Array.from({ length: tf.util.sizeFromShape(left) }, () => value)
      for (const one of [result!, kept!]) expect(Array.from(one.dataSync())).toEqual(values)
      tf.dispose([result!, kept!])
    }
  })

  it.each([tf.sum, tf.mean, tf.max, tf.min, tf.prod])('the gradient of a reduction of none is none: %#', (run) => {
    const result = tf.tidy(() => tf.grad((x) => run(x, 1))(tf.zeros([2, 0, 3])))
    expect(result.shape).toEqual([2, 0, 3])
    result.dispose()
  })

  it.each(Object.entries(nothing))('%s', (_, [run, shape, values = []]) => {
    const result = tf.tidy(run)
    expect(result.shape).toEqual(shape)
    expect(Array.from(result.dataSync())).toEqual(values)
    result.dispose()
    // What came of it, if it broke the heap.
    expect(tf.tidy(() => tf.sum(tf.ones([64])).dataSync()[0])).toBe(64)
  })
})
