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

  it('hides no NaN', async () => {
    await useBackend(backend)
    const outs = tf.tidy(() => {
      const x = tf.tensor4d([Number.NaN, 1, -1, 2], [1, 2, 2, 1])
      const filter = tf.ones([1, 1, 1, 1]) as tf.Tensor4D
      const fused = (activation: 'relu' | 'relu6' | 'elu') =>
        tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', activation })
      return {
        ...{ relu: tf.relu(x), relu6: tf.relu6(x), clip: tf.clipByValue(x, -0.5, 0.5), maximum: tf.maximum(x, 0) },
        ...{ leakyRelu: tf.leakyRelu(x), elu: tf.elu(x), 'fused relu': fused('relu'), 'fused relu6': fused('relu6') },
        'fused elu': fused('elu'),
        identity: tf.mul(x, 1),
      }
    })
    const hidden: string[] = []
    for (const [name, tensor] of Object.entries(outs)) {
      if (!Number.isNaN((await tensor.data())[0])) hidden.push(name)
    }
    tf.dispose(outs)
    expect(hidden).toEqual([])
  })
})
