/** For tests: maps with gradients. @module */
import * as tf from '@tensorflow/tfjs-core'
import { key, normalArray, permutation } from '../index.ts'

/** A map of one tensor. */
export type Op = (x: tf.Tensor) => tf.Tensor

/** Numbers of a key, moved away from the kinks at 0 and ±1 by more than a finite difference reaches. */
export function numbers(shape: number[], seed: number): tf.Tensor {
  const values = normalArray(key(seed), 1, tf.util.sizeFromShape(shape))
  return tf.tensor(
    values.map((x) => Math.sign(x) * (0.1 + Math.abs(x) * 0.6)),
    shape,
  )
}

/** Numbers in an order without pattern, no two nearer than 0.1: maxima of them are far from a tie. */
export function apart(shape: number[], seed: number): tf.Tensor {
  const size = tf.util.sizeFromShape(shape)
  return tf.tensor(
    Array.from(permutation(key(seed), size), (place) => 0.1 * (place - size / 2) + 0.05),
    shape,
  )
}

/** A scalar of all results, with different weights and curvature. */
export function weighted(op: Op): Op {
  return (x) => {
    const y = op(x)
    const weights = tf.sin(tf.add(tf.reshape(tf.range(0, y.size), y.shape), 1))
    return tf.sum(tf.add(tf.mul(y, weights), tf.mul(tf.square(y), 0.3)))
  }
}

const between = (low: number, high: number, x: tf.Tensor) => tf.add(tf.mul(tf.sigmoid(x), high - low), low)
const filter = (shape: number[]) => numbers(shape, 90)

/** Shape of x, then a map that is differentiable at the test's points. */
export const ops: Record<string, [shape: number[], op: Op]> = {
  abs: [[6], tf.abs],
  acos: [[6], (x) => tf.acos(between(-0.9, 0.9, x))],
  acosh: [[6], (x) => tf.acosh(between(1.2, 3, x))],
  add: [[2, 3], (x) => tf.add(x, tf.sum(x, 0))],
  addN: [[6], (x) => tf.addN([x, x, tf.square(x)])],
  asin: [[6], (x) => tf.asin(between(-0.9, 0.9, x))],
  asinh: [[6], tf.asinh],
  atan: [[6], tf.atan],
  atan2: [[6], (x) => tf.atan2(x, between(0.5, 2, tf.reverse(x)))],
  atanh: [[6], (x) => tf.atanh(between(-0.9, 0.9, x))],
  'avgPool of volumes': [[1, 3, 3, 3, 1], (x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 'same')],
  avgPool: [[1, 4, 4, 2], (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'same')],
  'avgPool with overlap': [[1, 5, 5, 1], (x) => tf.avgPool(x as tf.Tensor4D, 3, 2, 'same')],
  batchNorm: [
    [3, 2],
    (x) => {
      const mean = tf.mean(x, 0)
      const variance = tf.add(tf.mean(tf.square(x), 0), 1)
      return tf.batchNorm(x as tf.Tensor2D, mean, variance, tf.sin(mean), tf.cos(mean))
    },
  ],
  broadcastTo: [[2, 1], (x) => tf.broadcastTo(x, [2, 3])],
  clipByValue: [[8], (x) => tf.clipByValue(x, -0.5, 0.45)],
  concat: [[2, 2], (x) => tf.concat([x, tf.square(x)], 1)],
  conv2d: [[1, 4, 4, 2], (x) => tf.conv2d(x as tf.Tensor4D, filter([3, 3, 2, 2]) as tf.Tensor4D, 1, 'same')],
  'conv2d with stride': [
    [1, 5, 5, 2],
    (x) => tf.conv2d(x as tf.Tensor4D, filter([3, 3, 2, 1]) as tf.Tensor4D, 2, 'valid'),
  ],
  'conv1d with dilation, of both': [
    [1, 6, 1],
    (x) => tf.conv1d(x as tf.Tensor3D, tf.reshape(tf.slice(x, [0, 1, 0], [1, 2, 1]), [2, 1, 1]), 1, 'same', 'NWC', 3),
  ],
  'conv2d with dilations': [
    [1, 5, 6, 1],
    (x) => tf.conv2d(x as tf.Tensor4D, filter([3, 2, 1, 2]) as tf.Tensor4D, 1, 'same', 'NHWC', [2, 3]),
  ],
  'depthwiseConv2d with dilations, of the filter': [
    [3, 3, 2, 1],
    (w) => tf.depthwiseConv2d(numbers([1, 5, 5, 2], 91) as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid', 'NHWC', 2),
  ],
  'conv2d of the filter': [
    [3, 3, 2, 1],
    (w) => tf.conv2d(numbers([1, 4, 4, 2], 91) as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  ],
  'conv2d of both': [[2, 2, 2, 2], (w) => tf.conv2d(w as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')],
  conv2dTranspose: [
    [1, 2, 2, 2],
    (x) => tf.conv2dTranspose(x as tf.Tensor4D, filter([3, 3, 1, 2]) as tf.Tensor4D, [1, 4, 4, 1], 2, 'same'),
  ],
  conv3d: [[1, 2, 2, 2, 2], (x) => tf.conv3d(x as tf.Tensor5D, x as tf.Tensor5D, 1, 'same')],
  cos: [[6], tf.cos],
  cosh: [[6], tf.cosh],
  'cumsum of the first axis': [[3, 3], (x) => tf.cumsum(x, 0)],
  'cumsum of the last axis': [[2, 3], (x) => tf.cumsum(x, -1)],
  'cumsum of the middle axis': [[2, 3, 2], (x) => tf.cumsum(x, 1, true, true)],
  depthwiseConv2d: [
    [1, 4, 4, 2],
    (x) => tf.depthwiseConv2d(x as tf.Tensor4D, filter([3, 3, 2, 2]) as tf.Tensor4D, 1, 'same'),
  ],
  'depthwiseConv2d of both': [[2, 2, 2, 2], (w) => tf.depthwiseConv2d(w as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')],
  div: [[6], (x) => tf.div(x, between(1, 2, tf.reverse(x)))],
  'einsum, matrix product': [[2, 3], (x) => tf.einsum('ij,kj->ik', x, tf.square(x))],
  'einsum, transposed sum': [[2, 3, 2], (x) => tf.einsum('ijk->ki', x)],
  'einsum, scalar product': [[4], (x) => tf.einsum('i,i->', x, tf.square(x))],
  'einsum, batch': [[2, 2, 2], (x) => tf.einsum('bij,bjk->bik', x, x)],
  elu: [[8], tf.elu],
  erf: [[6], tf.erf],
  exp: [[6], tf.exp],
  expandDims: [[3], (x) => tf.expandDims(x, 1)],
  expm1: [[6], tf.expm1],
  'fused conv2d': [
    [1, 4, 4, 2],
    (x) => {
      const bias = tf.mean(x, [0, 1, 2])
      const weights = filter([3, 3, 2, 2]) as tf.Tensor4D
      return tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: weights,
        strides: 1,
        pad: 'same',
        bias,
        activation: 'linear',
      })
    },
  ],
  'fused matMul': [
    [2, 3],
    (x) =>
      tf.fused.matMul({
        a: x,
        b: tf.square(x),
        transposeB: true,
        bias: tf.slice(x, [0, 0], [1, 2]),
        activation: 'elu',
      }),
  ],
  gather: [[3, 2], (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'))],
  gelu: [[6], (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))],
  leakyRelu: [[8], (x) => tf.leakyRelu(x, 0.2)],
  log: [[6], (x) => tf.log(between(0.5, 2, x))],
  log1p: [[6], (x) => tf.log1p(between(0.5, 2, x))],
  logSigmoid: [[6], tf.logSigmoid],
  logSoftmax: [[2, 3], (x) => tf.logSoftmax(x)],
  logSumExp: [[2, 3], (x) => tf.logSumExp(x, 1)],
  matMul: [[2, 3], (x) => tf.matMul(x as tf.Tensor2D, tf.square(x) as tf.Tensor2D, false, true)],
  'matMul, left factor broadcast': [
    [1, 2, 3],
    (x) => tf.matMul(x, tf.mul(tf.tile(x, [2, 1, 1]), filter([2, 2, 3])), false, true),
  ],
  'matMul, right factor of lower rank': [[2, 3], (x) => tf.matMul(filter([2, 2, 3]), x, false, true)],
  'matMul, transposed right factor of lower rank, twice': [
    [3, 2],
    (x) => tf.matMul(tf.matMul(filter([2, 1, 2, 3]), x), tf.square(x), false, true),
  ],
  max: [[2, 4], (x) => tf.max(x, 1)],
  maximum: [[8], (x) => tf.maximum(x, tf.mul(tf.square(x), -2))],
  maxPool: [[1, 4, 4, 1], (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'same')],
  mean: [[2, 3], (x) => tf.mean(x, 0)],
  min: [[2, 4], (x) => tf.min(x)],
  minimum: [[8], (x) => tf.minimum(x, 0.45)],
  mirrorPad: [
    [3, 4],
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [2, 0],
        ],
        'reflect',
      ),
  ],
  'mirrorPad, symmetric': [
    [3, 4],
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 3],
          [2, 1],
        ],
        'symmetric',
      ),
  ],
  moments: [[2, 3], (x) => tf.moments(x, 1).variance],
  mul: [[2, 3], (x) => tf.mul(x, tf.sum(x, 1, true))],
  neg: [[6], tf.neg],
  pad: [
    [2, 2],
    (x) =>
      tf.pad(x, [
        [1, 1],
        [0, 2],
      ]),
  ],
  pow: [[6], (x) => tf.pow(between(0.5, 2, x), 2.5)],
  'pow of both': [[6], (x) => tf.pow(between(0.5, 2, x), x)],
  prelu: [[8], (x) => tf.prelu(x, tf.mul(tf.square(x), 0.1))],
  prod: [[2, 3], (x) => tf.prod(x, 1)],
  'qr, q': [[3, 3], (x) => tf.linalg.qr(tf.add(x, tf.eye(3)))[0]],
  'qr, r': [[3, 2], (x) => tf.linalg.qr(x)[1]],
  reciprocal: [[6], (x) => tf.reciprocal(between(0.5, 2, x))],
  relu: [[8], tf.relu],
  relu6: [[8], (x) => tf.relu6(tf.mul(x, 3))],
  reshape: [[2, 3], (x) => tf.reshape(x, [3, 2])],
  resizeBilinear: [[1, 3, 3, 1], (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [6, 6])],
  'resizeBilinear, corners': [[1, 3, 3, 1], (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 2], true)],
  resizeNearestNeighbor: [[1, 3, 3, 1], (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [6, 6])],
  reverse: [[2, 3], (x) => tf.reverse(x, 1)],
  rsqrt: [[6], (x) => tf.rsqrt(between(0.5, 2, x))],
  selu: [[8], tf.selu],
  sigmoid: [[6], tf.sigmoid],
  silu: [[6], (x) => tf.mul(x, tf.sigmoid(x))],
  sin: [[6], tf.sin],
  sinh: [[6], tf.sinh],
  slice: [[3, 3], (x) => tf.slice(x, [1, 0], [2, 2])],
  softmax: [[2, 3], (x) => tf.softmax(x)],
  softplus: [[6], tf.softplus],
  split: [[2, 4], (x) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]))],
  sqrt: [[6], (x) => tf.sqrt(between(0.5, 2, x))],
  square: [[6], tf.square],
  squaredDifference: [[6], (x) => tf.squaredDifference(x, tf.sin(x))],
  stack: [[2, 2], (x) => tf.stack([x, tf.square(x)])],
  sub: [[2, 3], (x) => tf.sub(x, tf.mean(x, 1, true))],
  tan: [[6], (x) => tf.tan(between(-0.9, 0.9, x))],
  tanh: [[6], tf.tanh],
  tile: [[2, 3], (x) => tf.tile(x, [2, 3])],
  'tile of rank 4': [[1, 2, 2, 2], (x) => tf.tile(x, [2, 1, 2, 3])],
  transpose: [[2, 3], (x) => tf.transpose(x)],
  unstack: [[2, 3], (x) => tf.mul(...(tf.unstack(x) as [tf.Tensor, tf.Tensor]))],
  'where(equal)': [[6], (x) => tf.where(tf.equal(x, 9), x, tf.square(x))],
  'where(greater)': [[8], (x) => tf.where(tf.greater(x, 0), tf.square(x), tf.mul(tf.exp(x), 0.1))],
  'where(less)': [[8], (x) => tf.where(tf.less(x, 0.1), tf.sin(x), x)],
  'where(logicalAnd)': [
    [8],
    (x) => tf.where(tf.logicalAnd(tf.greater(x, -0.75), tf.lessEqual(x, 0.04)), tf.square(x), tf.sin(x)),
  ],
  'where(logicalNot)': [[8], (x) => tf.where(tf.logicalNot(tf.greater(x, 0)), tf.square(x), x)],
  'where(logicalOr)': [[8], (x) => tf.where(tf.logicalOr(tf.greater(x, 0.5), tf.less(x, 0)), tf.square(x), x)],
  'where(notEqual)': [[6], (x) => tf.where(tf.notEqual(x, 9), tf.square(x), x)],
}
