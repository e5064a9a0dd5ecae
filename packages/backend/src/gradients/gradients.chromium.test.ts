/** Gradients on the GPU backends, in software: what they are on cpu, where gradients.test.ts holds them to differences. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it, vi } from 'vitest'
import { useBackend } from '../index.ts'
import { apart, numbers, type Op, ops, weighted } from './cases.ts'
import { choosing, onceOnly, spatialOps } from './spatial-cases.ts'

const cases = Object.entries({ ...ops, ...spatialOps })

/** The value, the gradient and the gradient of its square, on a backend. */
async function orders(
  backend: 'cpu' | 'webgl' | 'webgpu',
  name: string,
  shape: number[],
  op: Op,
): Promise<Float32Array[]> {
  await useBackend(backend)
  const loss = weighted(op)
  const tensors = tf.tidy(() => {
    const x = choosing.includes(name) ? apart(shape, name.length) : numbers(shape, name.length)
    const slope = tf.grad(loss)
    const twice = onceOnly.includes(name) ? [] : [tf.grad((y) => tf.sum(tf.square(slope(y))))(x)]
    return [op(x), slope(x), ...twice]
  })
  const values = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()))
  tf.dispose(tensors)
  return values
}

/** tfjs refuses these there, by the operation's name. */
const refused: Record<string, { webgl?: RegExp; webgpu?: RegExp }> = {
  'cumsum of rank 5': { webgl: /Cumulative \+ for rank 5/, webgpu: /Cumulative \+ for rank 5/ },
  dilation2d: { webgl: /Dilation2DBackpropInput/ },
  // Its gradient asks which indices are negative.
  'gather of rank 5': { webgl: /Where for rank 5/, webgpu: /Where for rank 5/ },
  'where of rank 5': { webgl: /Where for rank 5/, webgpu: /Where for rank 5/ },
}

/** What a gradient leaves behind that throws. */
async function withoutRemains(run: () => Promise<void>): Promise<void> {
  const engine = tf.engine()
  const keep = vi.spyOn(engine, 'keep')
  await run()
  for (const { value } of keep.mock.results) (value as tf.Tensor).dispose()
  keep.mockRestore()
  engine.state.activeTape = null as never
  engine.state.gradientDepth = 0
}

describe.each(['webgl', 'webgpu'] as const)('on %s', (backend) => {
  it.each(cases.filter(([name]) => !refused[name]?.[backend]))('%s', async (name, [shape, op]) => {
    const expected = await orders('cpu', name, shape, op)
    const actual = await orders(backend, name, shape, op)
    actual.forEach((values, i) => {
      const scale = expected[i]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      expect(values).toBeAllClose(expected[i]!, { rtol: 2e-3, atol: 1e-3 * scale })
    })
  })

  it.each(cases.filter(([name]) => refused[name]?.[backend]))('refuses %s', async (name, [shape, op]) => {
    await withoutRemains(() => expect(orders(backend, name, shape, op)).rejects.toThrow(refused[name]![backend]))
  })
})
