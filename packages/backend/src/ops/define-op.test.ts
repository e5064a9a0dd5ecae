import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstOrder, secondOrder } from '../gradients/finite-differences.ts'
import { defineOp, type Op, useBackend } from '../index.ts'

interface Attributes {
  scale: number
}

const calls = { forward: 0, backward: 0 }

/** y = scale · x0² · sin x1, saving x0². */
function define(name: string): Op<Attributes> {
  return defineOp<Attributes>({
    name,
    composed: ([x0, x1], { scale }) => tf.mul(tf.mul(tf.square(x0!), tf.sin(x1!)), scale),
  })
}

type Values = Float32Array
const ops: Record<string, Op<Attributes>> = {
  'no kernel': define('TestNone'),
  'a forward kernel': define('TestForward'),
  'both kernels': define('TestBoth'),
}

beforeAll(async () => {
  await useBackend('cpu')
  for (const kernelName of ['TestForward', 'TestBoth']) {
    tf.registerKernel({
      kernelName,
      backendName: 'cpu',
      kernelFunc: ({ inputs, attrs, backend }) => {
        calls.forward++
        const [x0, x1] = read(inputs, ['x0', 'x1']) as [Values, Values]
        const squares = x0.map((x) => x * x)
        const scale = attrs!.scale as number
        return [squares.map((square, i) => scale * square * Math.sin(x1[i]!)), squares].map((values) =>
          (backend as Maker).makeTensorInfo(inputs.x0!.shape, 'float32', values),
        )
      },
    })
  }
  tf.registerKernel({
    kernelName: 'TestBothGrad',
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      calls.backward++
      const [dy, x0, x1, squares] = read(inputs, ['dy', 'x0', 'x1', 's0']) as [Values, Values, Values, Values]
      const scale = attrs!.scale as number
      const gradients = [
        dy.map((d, i) => d * scale * 2 * x0[i]! * Math.sin(x1[i]!)),
        dy.map((d, i) => d * scale * squares[i]! * Math.cos(x1[i]!)),
      ]
      return gradients.map((values) => (backend as Maker).makeTensorInfo(inputs.x0!.shape, 'float32', values))
    },
  })
})

afterAll(() => {
  for (const name of ['TestForward', 'TestBoth', 'TestBothGrad']) tf.unregisterKernel(name, 'cpu')
})

interface Maker {
  makeTensorInfo(shape: number[], dtype: string, values: Values): tf.TensorInfo
}

function read(inputs: tf.NamedTensorInfoMap, names: string[]): Values[] {
  return names.map((name) => (inputs[name] as tf.Tensor).dataSync() as Values)
}

const x = () => tf.tensor1d([0.5, -1.2, 0.8, 2])

describe.each(Object.entries(ops))('an operation with %s', (name, op) => {
  /** Both inputs depend on x, with different curvature. */
  const f = (t: tf.Tensor) => tf.sum(tf.square(op([tf.sin(t), tf.mul(t, t)], { scale: 1.5 })))

  it('computes the composed result', () => {
    tf.tidy(() => {
      const [a, b] = [x(), tf.cos(x())]
      const expected = tf.mul(tf.mul(tf.square(a), tf.sin(b)), 3)
      expect(op([a, b], { scale: 3 }).dataSync()).toBeAllClose(expected.dataSync())
    })
  })

  it('runs the kernels that there are', () => {
    Object.assign(calls, { forward: 0, backward: 0 })
    tf.dispose(tf.tidy(() => tf.grad(f)(x())))
    expect(calls).toEqual({ forward: name === 'no kernel' ? 0 : 1, backward: name === 'both kernels' ? 1 : 0 })
  })

  it('has a gradient', () => {
    tf.tidy(() => {
      const [gradient, differences] = firstOrder(f, x())
      expect(gradient).toBeAllClose(differences, { rtol: 2e-3, atol: 2e-3 })
    })
  })

  it('has a gradient of the gradient', () => {
    tf.tidy(() => {
      const [product, differences] = secondOrder(f, x(), tf.tensor1d([1, -0.5, 0.3, 0.2]))
      expect(product).toBeAllClose(differences, { rtol: 2e-3, atol: 2e-3 })
    })
  })

  it('has a gradient of the gradient’s norm, as gradient penalties need', () => {
    tf.tidy(() => {
      const inner = tf.grad((t: tf.Tensor) => tf.sum(op([t, tf.sin(t)], { scale: 1 })))
      const penalty = (t: tf.Tensor) => tf.square(tf.sub(tf.sqrt(tf.sum(tf.square(inner(t)))), 1))
      const [gradient, differences] = firstOrder(penalty, x())
      expect(gradient).toBeAllClose(differences, { rtol: 2e-3, atol: 5e-3 })
    })
  })

  it('has a gradient for one input alone, with variables and inside variableGrads', () => {
    tf.tidy(() => {
      const v = tf.variable(x())
      const { grads } = tf.variableGrads(() => tf.sum(op([v, x()], { scale: 2 })))
      const expected = tf.mul(tf.mul(x(), tf.sin(x())), 4)
      expect(grads[v.name]!.dataSync()).toBeAllClose(expected.dataSync())
      v.dispose()
    })
  })

  it('keeps nothing', () => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const t = x()
      tf.grad((u: tf.Tensor) => tf.sum(tf.grad(f)(u)))(t)
    })
    const a = x()
    const gradient = tf.grad(f)(a)
    expect(tf.memory().numTensors).toBe(before + 2)
    tf.dispose([a, gradient])
  })
})
