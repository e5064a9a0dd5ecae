/** For tests: operations on each value, and over axes. @module */
import * as tf from '@tensorflow/tfjs-core'
import type { Case, Draws } from './draws.ts'

type Unary = (x: tf.Tensor) => tf.Tensor
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor
type Reduction = (x: tf.Tensor, axis?: number[], keepDims?: boolean) => tf.Tensor

/** Makes a case of some draws. */
export type Maker = (draws: Draws) => Case

// Not sin and cos: of 1e30 each backend has its own.
const unary: Record<string, Unary> = {
  ...{ abs: tf.abs, acos: tf.acos, acosh: tf.acosh, asin: tf.asin, asinh: tf.asinh, atan: tf.atan, atanh: tf.atanh },
  ...{ ceil: tf.ceil, cosh: tf.cosh, elu: tf.elu, erf: tf.erf, exp: tf.exp, expm1: tf.expm1, floor: tf.floor },
  ...{ isFinite: tf.isFinite, isInf: tf.isInf, isNaN: tf.isNaN, log: tf.log, log1p: tf.log1p, neg: tf.neg },
  ...{ logSigmoid: tf.logSigmoid, reciprocal: tf.reciprocal, relu: tf.relu, relu6: tf.relu6, round: tf.round },
  ...{ rsqrt: tf.rsqrt, selu: tf.selu, sigmoid: tf.sigmoid, sign: tf.sign, sinh: tf.sinh, softplus: tf.softplus },
  ...{ sqrt: tf.sqrt, square: tf.square, step: tf.step, tanh: tf.tanh, leakyRelu: tf.leakyRelu },
  clip: (x) => tf.clipByValue(x, -2, 2.5),
}

/** tfjs takes only floats for these. */
const floatsOnly = ['ceil', 'cosh', 'elu', 'floor', 'log', 'rsqrt', 'sigmoid', 'sqrt', 'tanh']

const binary: Record<string, Binary> = {
  ...{ add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, maximum: tf.maximum, minimum: tf.minimum, pow: tf.pow },
  ...{ mod: tf.mod, squaredDifference: tf.squaredDifference, atan2: tf.atan2, floorDiv: tf.floorDiv },
  ...{ divNoNan: tf.divNoNan, equal: tf.equal, notEqual: tf.notEqual, greater: tf.greater, less: tf.less },
  ...{ greaterEqual: tf.greaterEqual, lessEqual: tf.lessEqual },
}

const reductions: Record<string, Reduction> = {
  ...{ sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min, prod: tf.prod, all: tf.all, any: tf.any },
}

function axes(d: Draws, rank: number): number[] | undefined {
  const chosen = Array.from({ length: rank }, (_, i) => i).filter(() => d.flag())
  return d.flag() ? undefined : chosen.map((axis) => (d.flag() ? axis : axis - rank))
}

function reduction(name: string, reduce: Reduction): Maker {
  return (d) => {
    const shape = d.shape(0, 4)
    const [axis, keep] = [axes(d, shape.length), d.flag()]
    const dtype = name === 'all' || name === 'any' ? 'bool' : d.dtype()
    return { inputs: [d.tensor(shape, dtype)], op: (x) => reduce(x, axis, keep) }
  }
}

const others: Record<string, Maker> = {
  cast: (d) => {
    const to = d.dtype()
    return { inputs: [d.hard(d.shape(0, 4), d.dtype())], op: (x) => tf.cast(x, to) }
  },
  where: (d) => {
    const [shape, dtype] = [d.shape(0, 4), d.dtype()]
    const inputs = [d.tensor(d.narrower(shape), 'bool'), d.hard(shape, dtype), d.hard(d.narrower(shape), dtype)]
    return { inputs, op: (c, a, b) => tf.where(c, a, b) }
  },
  'where of a row each': (d) => {
    const shape = d.shape(2, 3)
    const inputs = [d.tensor(shape.slice(0, 1), 'bool'), d.hard(shape), d.hard(shape)]
    return { inputs, op: (c, a, b) => tf.where(tf.reshape(c, [-1, ...shape.slice(1).map(() => 1)]), a, b) }
  },
  bandPart: (d) => {
    const dtype = d.number()
    const [lower, upper] = [d.integer(0, 2), d.integer(0, 2)]
    return { inputs: [d.tensor([2, 4, 4], dtype)], op: (x) => tf.linalg.bandPart(x, lower, upper) }
  },
  logical: (d) => {
    const shape = d.shape(0, 4)
    return {
      inputs: [d.tensor(shape, 'bool'), d.tensor(d.narrower(shape), 'bool')],
      op: (a, b) => [tf.logicalAnd(a, b), tf.logicalOr(a, b), tf.logicalXor(a, b), tf.logicalNot(a)],
    }
  },
  'of booleans': (d) => {
    const shape = d.shape(0, 3)
    const inputs = [d.tensor(shape, 'bool'), d.tensor(shape, 'bool')]
    return { inputs, op: (a, b) => [tf.add(a, b), tf.mul(a, b), tf.maximum(a, b), tf.equal(a, b)] }
  },
  addN: (d) => {
    const [shape, dtype] = [d.shape(0, 3), d.number()]
    return {
      inputs: [d.tensor(shape, dtype), d.tensor(shape, dtype), d.tensor(shape, dtype)],
      op: (...xs) => tf.addN(xs),
    }
  },
  prelu: (d) => {
    const shape = d.shape(1, 4)
    return { inputs: [d.hard(shape), d.tensor(d.narrower(shape))], op: (x, slopes) => tf.prelu(x, slopes) }
  },
  cumulated: (d) => {
    const [shape, dtype] = [d.shape(1, 4), d.number()]
    const [axis, exclusive, back] = [d.integer(-shape.length, shape.length - 1), d.flag(), d.flag()]
    const op: Case['op'] = (x) => [tf.cumsum(x, axis, exclusive, back), tf.cumprod(x, axis, exclusive, back)]
    return { inputs: [d.tensor(shape, dtype)], op }
  },
  largest: (d) => {
    const shape = d.shape(1, 3)
    const count = d.integer(1, shape.at(-1)!)
    const op: Case['op'] = (x) => [tf.argMax(x), tf.argMin(x), ...Object.values(tf.topk(x, count))]
    return { inputs: [d.tensor(shape, d.number())], op }
  },
  softmax: (d) => ({
    inputs: [d.tensor(d.shape(1, 4))],
    op: (x) => [tf.softmax(x), tf.logSoftmax(x), tf.logSumExp(x)],
  }),
  batchNorm: (d) => {
    const shape = d.shape(2, 4)
    const channels = shape.slice(-1)
    const parts = [d.tensor(channels), d.tensor(channels, 'float32', 0.1, 2), d.tensor(channels), d.tensor(channels)]
    const op: Case['op'] = (x, mean, variance, offset, scale) =>
      tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, 0.01)
    return { inputs: [d.tensor(shape), ...parts], op }
  },
}

/** By name. */
export const elementwiseCases: Record<string, Maker> = {
  ...Object.fromEntries(
    Object.entries(unary).map(([name, op]): [string, Maker] => [
      name,
      (d) => ({
        inputs: [d.hard(d.shape(0, 4), floatsOnly.includes(name) ? 'float32' : d.number())],
        op: (x) => op(x),
      }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(binary).map(([name, op]): [string, Maker] => [
      name,
      (d) => {
        const [shape, dtype] = [d.shape(0, 4), d.number()]
        const inputs = [d.hard(shape, dtype), d.hard(d.narrower(shape), dtype)]
        return d.flag() ? { inputs, op: (a, b) => op(a, b) } : { inputs, op: (a, b) => op(b, a) }
      },
    ]),
  ),
  ...Object.fromEntries(Object.entries(reductions).map(([name, op]) => [name, reduction(name, op)])),
  ...others,
}
