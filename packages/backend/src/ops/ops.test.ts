import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { firstOrder, secondOrder } from '../gradients/finite-differences.ts'
import { attention, groupNorm, key, normal, normalArray, silu, useBackend } from '../index.ts'

beforeAll(() => useBackend('cpu'))

const draw = (shape: number[], seed: number) => normal(key(seed), shape)

describe('silu', () => {
  it('is x·σ(x)', () => {
    tf.tidy(() => {
      const values = normalArray(key(1), 1, 20)
      expect(silu(tf.tensor1d(values)).dataSync()).toBeAllClose(values.map((x) => x / (1 + Math.exp(-x))))
    })
  })
})

/** The definition, in float64. */
function reference(
  x: ArrayLike<number>,
  [batch, positions, channels]: [number, number, number],
  groups: number,
  scale: (b: number, c: number) => number,
  offset: (b: number, c: number) => number,
): Float64Array {
  const out = new Float64Array(x.length)
  const width = channels / groups
  for (let b = 0; b < batch; b++) {
    for (let g = 0; g < groups; g++) {
      const indices = Array.from({ length: positions * width }, (_, i) => {
        return (b * positions + Math.floor(i / width)) * channels + g * width + (i % width)
      })
      const mean = indices.reduce((sum, i) => sum + x[i]!, 0) / indices.length
      const variance = indices.reduce((sum, i) => sum + (x[i]! - mean) ** 2, 0) / indices.length
      for (const i of indices) {
        const c = i % channels
        out[i] = ((x[i]! - mean) / Math.sqrt(variance + 1e-5)) * scale(b, c) + offset(b, c)
      }
    }
  }
  return out
}

describe('groupNorm', () => {
  it.each([1, 2, 3, 6])('normalizes %i groups', (groups) => {
    tf.tidy(() => {
      const x = tf.add(tf.mul(draw([2, 3, 2, 6], 2), 3), 1)
      const [scale, offset] = [draw([6], 3), draw([6], 4)]
      const [a, b] = [scale.dataSync(), offset.dataSync()]
      const expected = reference(
        x.dataSync(),
        [2, 6, 6],
        groups,
        (_, c) => a[c]!,
        (_, c) => b[c]!,
      )
      const y = groupNorm(x, scale, offset, { groups })
      expect(y.shape).toEqual(x.shape)
      expect(y.dataSync()).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-5 })
      const activated = groupNorm(x, scale, offset, { groups, activation: 'silu' })
      expect(activated.dataSync()).toBeAllClose(
        expected.map((v) => v / (1 + Math.exp(-v))),
        { atol: 1e-5 },
      )
    })
  })

  it('takes a scale and an offset per sample', () => {
    tf.tidy(() => {
      const x = draw([2, 5, 4], 5)
      const [scale, offset] = [draw([2, 4], 6), draw([2, 4], 7)]
      const [a, b] = [scale.dataSync(), offset.dataSync()]
      const at = (list: ArrayLike<number>) => (sample: number, c: number) => list[sample * 4 + c]!
      const expected = reference(x.dataSync(), [2, 5, 4], 2, at(a), at(b))
      expect(groupNorm(x, scale, offset, { groups: 2 }).dataSync()).toBeAllClose(expected, { atol: 1e-5 })
    })
  })

  it('refuses what does not fit', () => {
    tf.tidy(() => {
      const [x, six] = [draw([2, 3, 6], 8), tf.ones([6])]
      expect(() => groupNorm(x, six, six, { groups: 4 })).toThrow(/backend\.groupNorm: .*divisible by 4.*pass groups/)
      expect(() => groupNorm(x, tf.ones([5]), six, { groups: 2 })).toThrow(/expected scale of shape \[6\], got \[5\]/)
      expect(() => groupNorm(x, six, tf.ones([3, 6]), { groups: 2 })).toThrow(/expected offset of shape \[2, 6\]/)
      expect(() => groupNorm(x, six, six, { groups: 0 })).toThrow(/groups an integer ≥ 1/)
      expect(() => groupNorm(x, six, six, { groups: 2, activation: 'relu' as never })).toThrow(/activation/)
    })
  })
})

describe('attention', () => {
  it('is softmax(q·kᵀ/√d)·v', () => {
    tf.tidy(() => {
      const [q, k, v] = [draw([1, 2, 3, 4], 1), draw([1, 2, 5, 4], 2), draw([1, 2, 5, 4], 3)] as [
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
      ]
      const [a, b, c] = [q, k, v].map((tensor) => tensor.arraySync()) as [
        number[][][][],
        number[][][][],
        number[][][][],
      ]
      const expected = a[0]!.flatMap((rows, head) =>
        rows.flatMap((query) => {
          const weights = b[0]![head]!.map((key) => Math.exp(query.reduce((sum, x, i) => sum + x * key[i]!, 0) / 2))
          const total = weights.reduce((sum, w) => sum + w, 0)
          return query.map((_, i) => weights.reduce((sum, w, j) => sum + (w / total) * c[0]![head]![j]![i]!, 0))
        }),
      )
      expect(attention(q, k, v).dataSync()).toBeAllClose(expected, { atol: 1e-6 })
    })
  })

  it('is attention over the first i + 1 keys for query i, where it is causal', () => {
    tf.tidy(() => {
      const [q, k, v] = [1, 2, 3].map((seed) => draw([2, 2, 5, 4], seed) as tf.Tensor4D)
      const y = attention(q!, k!, v!, { causal: true })
      for (let i = 0; i < 5; i++) {
        const [seenKeys, seenValues] = [k!, v!].map((x) => tf.slice(x, [0, 0, 0, 0], [2, 2, i + 1, 4]))
        const alone = attention(tf.slice(q!, [0, 0, i, 0], [2, 2, 1, 4]), seenKeys!, seenValues!)
        expect(tf.slice(y, [0, 0, i, 0], [2, 2, 1, 4]).dataSync()).toBeAllClose(alone.dataSync(), { atol: 1e-6 })
      }
      const other = tf.concat([tf.slice(k!, [0, 0, 0, 0], [2, 2, 4, 4]), tf.ones([2, 2, 1, 4])], 2) as tf.Tensor4D
      const past = (x: tf.Tensor4D) => [...tf.slice(x, [0, 0, 0, 0], [2, 2, 4, 4]).dataSync()]
      expect(past(attention(q!, other, v!, { causal: true }))).toEqual(past(y))
      expect(() => attention(q!, tf.zeros([2, 2, 6, 4]), tf.zeros([2, 2, 6, 4]), { causal: true })).toThrow(
        /expected k of shape \[2, 2, 5, 4\]/,
      )
    })
  })

  it('refuses what does not fit', () => {
    tf.tidy(() => {
      const q = tf.zeros([1, 2, 3, 4]) as tf.Tensor4D
      expect(() => attention(q, tf.zeros([1, 2, 3, 5]), q)).toThrow(
        /backend\.attention: expected k of shape \[1, 2, any, 4\]/,
      )
      expect(() => attention(q, tf.zeros([1, 2, 5, 4]), q)).toThrow(/expected v of shape \[1, 2, 5, 4\]/)
    })
  })
})

describe('first and second gradients equal finite differences', () => {
  const six = (seed: number) => tf.add(tf.mul(draw([6], seed), 0.3), 1)
  const grouped = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
    groupNorm(x, scale, offset, { groups: 2, activation: 'silu' })
  const cases: Record<string, [shape: number[], f: (x: tf.Tensor) => tf.Tensor]> = {
    silu: [[6], silu],
    'groupNorm of x': [[2, 3, 6], (x) => grouped(x, six(1), six(2))],
    'groupNorm of scale': [[6], (x) => grouped(draw([2, 3, 6], 3), x, six(2))],
    'groupNorm of offset per sample': [[2, 6], (x) => grouped(draw([2, 3, 6], 3), six(1), x)],
    'attention of all': [
      [1, 1, 3, 2],
      (x) => attention(x as tf.Tensor4D, tf.sin(x) as tf.Tensor4D, tf.square(x) as tf.Tensor4D),
    ],
    'causal attention of all': [
      [1, 1, 3, 2],
      (x) => attention(x as tf.Tensor4D, tf.sin(x) as tf.Tensor4D, tf.square(x) as tf.Tensor4D, { causal: true }),
    ],
  }
  it.each(Object.entries(cases))('%s', (_, [shape, f]) => {
    tf.tidy(() => {
      const loss = (x: tf.Tensor) => {
        const y = f(x)
        return tf.sum(tf.mul(tf.square(y), tf.reshape(tf.sin(tf.range(1, y.size + 1)), y.shape)))
      }
      const x = draw(shape, 21)
      const [gradient, first] = firstOrder(loss, x)
      expect(gradient).toBeAllClose(first, { rtol: 2e-3, atol: 2e-3 })
      const [product, second] = secondOrder(loss, x, draw(shape, 22))
      expect(product).toBeAllClose(second, { rtol: 3e-3, atol: 3e-3 })
    })
  })
})
