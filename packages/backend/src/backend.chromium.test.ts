/** WebGPU, on Chromium's software adapter: right numbers, at no speed. */
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  attention,
  backendName,
  bernoulli,
  categorical,
  groupNorm,
  key,
  normal,
  randint,
  silu,
  uniform,
  useBackend,
} from './index.ts'
import { golden } from './random/golden.ts'

const k = key(7)

async function read(make: () => tf.Tensor): Promise<number[]> {
  const tensor = tf.tidy(make)
  const values = [...(await tensor.data())]
  tensor.dispose()
  return values
}

describe('useBackend in a browser', () => {
  it('takes webgpu, in software too, where it alone is named', async () => {
    expect(await useBackend('webgpu')).toEqual({ name: 'webgpu', passedOver: [], lost: expect.any(Promise) })
    expect(backendName()).toBe('webgpu')
  })

  it('passes over a software adapter otherwise', async () => {
    const { name, passedOver } = await useBackend()
    expect(passedOver[0]).toMatchObject({ name: 'webgpu', reason: expect.stringMatching(/runs in software/) })
    expect(['simd', 'webgl', 'wasm', 'cpu']).toContain(name)
  })

  it('says on how many threads it computes, and why on one', async () => {
    const { threads, threadsReason } = await useBackend('simd')
    expect(crossOriginIsolated).toBe(true)
    if (navigator.hardwareConcurrency > 1) expect(threads).toBeGreaterThan(1)
    else expect(threadsReason).toBe('this machine has one core')
    // A GPU has no such threads.
    expect(Object.keys(await useBackend('webgl'))).toEqual(['name', 'passedOver'])
  })

  it('has no tensorflow', async () => {
    await expect(useBackend('tensorflow')).rejects.toThrow(/it runs in Node only/)
  })
})

describe('the same key gives the numbers of Node, bit for bit', () => {
  it.each(['webgpu', 'webgl', 'cpu'] as const)('on %s', async (name) => {
    await useBackend(name)
    expect(await read(() => normal(k, [2, 5]))).toEqual(golden.normal)
    expect(await read(() => normal(k, [1, 3], { offset: 2 ** 33 + 1 }))).toEqual(golden.far)
    expect(await read(() => uniform(k, [2, 3]))).toEqual(golden.uniform)
    expect(await read(() => uniform(k, [2, 3], { min: -1, max: 2 }))).toEqual(golden.scaled)
    expect(await read(() => randint(k, [2, 5], { min: -3, max: 10 }))).toEqual(golden.randint)
    expect(await read(() => categorical(k, normal(key(1), [6, 4]) as tf.Tensor2D))).toEqual(golden.categorical)
    expect(await read(() => bernoulli(k, [8], { p: 0.3 }))).toEqual(golden.bernoulli)
  })
})

type Op = (x: tf.Tensor) => tf.Tensor
const image = (x: tf.Tensor) => tf.reshape(x, [1, 4, 4, 2]) as tf.Tensor4D
const filter = () => normal(key(3), [3, 3, 2, 2]) as tf.Tensor4D
const four = (x: tf.Tensor) => tf.reshape(x, [1, 2, 4, 4]) as tf.Tensor4D

/** Each of 32 numbers; gradients on webgpu against those on cpu, which finite differences check. */
const ops: Record<string, Op> = {
  attention: (x) => attention(four(x), four(tf.sin(x)), four(x)),
  avgPool: (x) => tf.avgPool(image(x), 3, 2, 'same'),
  clipByValue: (x) => tf.clipByValue(x, -1, 1),
  conv2d: (x) => tf.conv2d(image(x), filter(), 1, 'same'),
  cumsum: (x) => tf.cumsum(image(x), -2),
  depthwiseConv2d: (x) => tf.depthwiseConv2d(image(x), filter(), 1, 'same'),
  einsum: (x) => tf.einsum('ij,kj->ik', tf.reshape(x, [4, 8]), tf.reshape(x, [4, 8])),
  elu: (x) => tf.elu(x),
  exp: (x) => tf.exp(x),
  groupNorm: (x) => groupNorm(image(x), tf.ones([2]), tf.zeros([2]), { groups: 2, activation: 'silu' }),
  leakyRelu: (x) => tf.leakyRelu(x, 0.2),
  logSoftmax: (x) => tf.logSoftmax(tf.reshape(x, [4, 8])),
  logSumExp: (x) => tf.logSumExp(tf.reshape(x, [4, 8]), 1),
  max: (x) => tf.max(tf.reshape(x, [4, 8]), 1),
  maxPool: (x) => tf.maxPool(image(x), 2, 2, 'same'),
  maximum: (x) => tf.maximum(x, tf.mul(tf.square(x), -2)),
  prelu: (x) => tf.prelu(x, tf.scalar(0.1)),
  resizeBilinear: (x) => tf.image.resizeBilinear(image(x), [8, 8]),
  selu: (x) => tf.selu(x),
  sigmoid: (x) => tf.sigmoid(x),
  silu: (x) => silu(x),
  softmax: (x) => tf.softmax(tf.reshape(x, [4, 8])),
  tanh: (x) => tf.tanh(x),
  tile: (x) => tf.tile(image(x), [1, 2, 2, 1]),
  where: (x) => tf.where(tf.greater(x, 0), tf.square(x), tf.mul(x, 0.1)),
}

function gradients(op: Op): tf.Tensor {
  const loss = (x: tf.Tensor) => {
    const y = op(x)
    return tf.sum(tf.mul(tf.square(y), tf.reshape(tf.linspace(0.5, 1.5, y.size), y.shape)))
  }
  const x = normal(key(1), [32])
  const first = tf.grad(loss)
  const second = tf.grad((t: tf.Tensor) => tf.sum(tf.mul(first(t), normal(key(2), [32]))))
  return tf.concat([first(x), second(x)])
}

describe('first and second gradients on webgpu are those on cpu', () => {
  const expected: Record<string, number[]> = {}

  beforeAll(async () => {
    await useBackend('cpu')
    for (const [name, op] of Object.entries(ops)) expected[name] = await read(() => gradients(op))
    await useBackend('webgpu')
  })

  it.each(Object.entries(ops))('%s', async (name, op) => {
    expect(await read(() => gradients(op))).toBeAllClose(expected[name]!, { rtol: 2e-3, atol: 2e-3 })
  })
})
