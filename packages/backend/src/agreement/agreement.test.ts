/** Every operation gives on simd and on wasm what it gives on cpu: shape, type and values, for every type and attribute. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { useBackend } from '../index.ts'
import { type Case, Draws } from './draws.ts'
import { elementwiseCases } from './elementwise-cases.ts'
import { movementCases } from './movement-cases.ts'
import { windowCases } from './window-cases.ts'

interface Result {
  readonly shape: number[]
  readonly dtype: string
  readonly values: ArrayLike<number>
}

async function evaluate(backend: 'cpu' | 'simd' | 'wasm', { inputs, op }: Case): Promise<Result[]> {
  await useBackend(backend)
  const results: Result[] = []
  tf.tidy(() => {
    const out = op(...inputs.map(({ values, shape, dtype }) => tf.tensor(values, shape, dtype)))
    for (const tensor of [out].flat())
      results.push({ shape: tensor.shape, dtype: tensor.dtype, values: tensor.dataSync() })
  })
  return results
}

const finite = (value: number) => (Number.isFinite(value) ? Math.abs(value) : 0)

const rounds = 15
const makers = Object.entries({ ...elementwiseCases, ...movementCases, ...windowCases })

describe.each(['simd', 'wasm'] as const)('%s agrees with cpu', (backend) => {
  it.each(makers)('%s', async (_, make) => {
    for (let seed = 0; seed < rounds; seed++) {
      const expected = await evaluate('cpu', make(new Draws(seed)))
      const actual = await evaluate(backend, make(new Draws(seed)))
      expect(actual.map(({ shape, dtype }) => [dtype, ...shape])).toEqual(
        expected.map(({ shape, dtype }) => [dtype, ...shape]),
      )
      for (const [i, { values }] of expected.entries()) {
        const scale = Math.min(
          1e4,
          Array.from(values).reduce((most, value) => Math.max(most, finite(value)), 0),
        )
        expect(actual[i]!.values).toBeAllClose(values, { rtol: 1e-4, atol: 1e-5 * scale })
      }
    }
  })
})

describe.each(['cpu', 'simd', 'wasm'] as const)('%s refuses', (backend) => {
  const refusals: Record<string, () => tf.Tensor> = {
    'a slice beyond the end': () => tf.slice(tf.ones([3, 2]), [1, 0], [3, 2]),
    'a gather beyond the end': () => tf.gather(tf.ones([3]), tf.tensor1d([1, 3], 'int32')),
    'a gather before the beginning': () => tf.gather(tf.ones([3]), tf.tensor1d([-1], 'int32')),
  }

  it.each(Object.entries(refusals))('%s', async (_, run) => {
    await useBackend(backend)
    expect(() => tf.tidy(() => run().dataSync())).toThrow(/overflow|not in \[0, 2\]/)
  })
})

describe('wasm', () => {
  it('refuses complex numbers by name', async () => {
    await useBackend('wasm')
    const refusal = expect.objectContaining({
      code: 'backend',
      message: expect.stringMatching(/kernel Complex, got wasm/),
    })
    expect(() => tf.tidy(() => tf.complex([1], [2]))).toThrow(refusal)
    expect(() => tf.tidy(() => tf.complex([], []))).toThrow(refusal)
  })

  it('keeps strings', async () => {
    await useBackend('wasm')
    tf.tidy(() => {
      const words = tf.tensor2d(['a', 'bc', 'd', 'e'], [2, 2], 'string')
      expect(tf.concat([words, tf.tile(words, [1, 2])], 1).arraySync()).toEqual([
        ['a', 'bc', 'a', 'bc', 'a', 'bc'],
        ['d', 'e', 'd', 'e', 'd', 'e'],
      ])
      expect(tf.equal(words, 'd').dataSync()).toEqual(Uint8Array.of(0, 0, 1, 0))
    })
  })
})
