import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { agreesWithCpu, describeBackend } from './laws.ts'

/** Every part of float32: both signs, denormals, infinities, NaN, evenly over the bit patterns. */
function everywhere(count: number): Float32Array {
  const bits = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * 2 ** 32) / count) + ((i * 7919) % 1024))
  const floats = new Float32Array(bits.buffer)
  floats.set([0, -0, Infinity, -Infinity, NaN, 1, -1, 1e-45, -1e-45, 88.72284, -87.33654, -103.98, 2 ** -126])
  return floats
}

/** The distance of neighboring float32 numbers around y: the unit in the last place. */
function ulp(y: number): number {
  const magnitude = Math.abs(Math.fround(y))
  return magnitude < 2 ** -126 ? 2 ** -149 : 2 ** (Math.floor(Math.log2(magnitude)) - 23)
}

/** The functions in float64. */
const references: Record<string, [(x: tf.Tensor) => tf.Tensor, (x: number) => number]> = {
  acos: [tf.acos, Math.acos],
  acosh: [tf.acosh, Math.acosh],
  asin: [tf.asin, Math.asin],
  asinh: [tf.asinh, Math.asinh],
  atan: [tf.atan, Math.atan],
  atanh: [tf.atanh, Math.atanh],
  cos: [tf.cos, Math.cos],
  cosh: [tf.cosh, Math.cosh],
  elu: [tf.elu, (x) => (x >= 0 ? x : Math.expm1(x))],
  exp: [tf.exp, Math.exp],
  expm1: [tf.expm1, Math.expm1],
  log: [tf.log, Math.log],
  log1p: [tf.log1p, Math.log1p],
  reciprocal: [tf.reciprocal, (x) => 1 / x],
  rsqrt: [tf.rsqrt, (x) => 1 / Math.sqrt(x)],
  selu: [tf.selu, (x) => (x >= 0 ? 1.0507009873554805 * x : 1.7580993408473768 * Math.expm1(x))],
  sigmoid: [tf.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  sin: [tf.sin, Math.sin],
  sinh: [tf.sinh, Math.sinh],
  softplus: [tf.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  sqrt: [tf.sqrt, Math.sqrt],
  tan: [tf.tan, Math.tan],
  tanh: [tf.tanh, Math.tanh],
}

/** Those that do nothing but choose, scale and round: exactly what cpu gives. */
const choices: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  abs: tf.abs,
  ceil: tf.ceil,
  clip: (x) => tf.clipByValue(x, -2, 3),
  floor: tf.floor,
  isFinite: tf.isFinite,
  isInf: tf.isInf,
  isNaN: tf.isNaN,
  leakyRelu: (x) => tf.leakyRelu(x, 0.25),
  neg: tf.neg,
  relu: tf.relu,
  relu6: tf.relu6,
  round: tf.round,
  sign: tf.sign,
  square: tf.square,
  step: (x) => tf.step(x, 0.5),
}

/** erf x by its series, which is exact enough in float64 up to 3. */
function erf(x: number): number {
  let term = x
  let total = x
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n
    total += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * total
}

describeBackend('unary, over all of float32', () => {
  const x = everywhere(60_000)

  for (const [name, [op, reference]] of Object.entries(references)) {
    it(`${name} is within 3 units in the last place of float64`, () => {
      const y = tf.tidy(() => op(tf.tensor(x)).dataSync())
      for (let i = 0; i < x.length; i++) {
        const exact = reference(x[i]!)
        const expected = Math.fround(exact)
        if (expected === y[i] || (Number.isNaN(expected) && Number.isNaN(y[i]))) continue
        const error = Math.abs(y[i]! - exact) / ulp(exact)
        if (!(error <= 3)) expect.fail(`${name}(${x[i]}): expected ${expected}, got ${y[i]}`)
      }
    })
  }

  for (const [name, op] of Object.entries(choices)) {
    it(`${name} is exactly what cpu gives`, () =>
      agreesWithCpu((input) => op(input!), [{ shape: [x.length], dtype: 'float32', values: Array.from(x) }], {
        rtol: 0,
        atol: 0,
      }))
  }

  it('negates bool', () =>
    agreesWithCpu((b) => tf.logicalNot(b!), [{ shape: [5], dtype: 'bool', values: [1, 0, 0, 1, 1] }]))

  it('erf is within 3 units in the last place of its series', () => {
    const points = Float32Array.from({ length: 6001 }, (_, i) => (i - 3000) / 1000)
    const y = tf.tidy(() => tf.erf(tf.tensor(points)).dataSync())
    for (const [i, point] of points.entries()) {
      expect(Math.abs(y[i]! - erf(point))).toBeLessThanOrEqual(3 * ulp(erf(point)))
    }
    const ends = tf.tidy(() => tf.erf(tf.tensor([-Infinity, -5, -0, 1e-40, 5, Infinity, NaN])).dataSync())
    expect(Array.from(ends)).toEqual([-1, -1, -0, expect.closeTo(1.128e-40, 43), 1, 1, NaN])
  })
})
