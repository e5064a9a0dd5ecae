/** Operations on nothing: where an extent is 0 and the result is not empty, it is the neutral element, not old memory. */
import {
  argMax,
  concat,
  cumsum,
  engine,
  gather,
  matMul,
  max,
  mean,
  min,
  ones,
  pad,
  prod,
  sum,
  type Tensor,
  tensor,
  tidy,
  unsortedSegmentSum,
  zeros,
} from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { describeBackend } from './laws.ts'
import { spoilFreeMemory } from './stale-memory.ts'

type Kernel = (name: string, inputs: Record<string, Tensor>, attrs?: object) => Tensor[]

const kernel: Kernel = (name, inputs, attrs = {}) =>
  [engine().runKernel(name, inputs as never, attrs as never)].flat() as Tensor[]

const plane = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dimRoundingMode: undefined }
const depthwise = { ...plane, dilations: [1, 1] }
const groups = { groups: 2, epsilon: 1e-5, activation: 'silu' }
const [dy, none] = ['dy', 'x0'] as const

/** What each gives: an array of values for every result. */
const cases: Record<string, [compute: () => Tensor[], expected: number[][]]> = {
  'products of no terms': [() => [matMul(zeros([2, 0]), zeros([0, 3]))], [Array(6).fill(0)]],
  'products of no terms, transposed': [() => [matMul(zeros([0, 2]), zeros([0, 3]), true)], [Array(6).fill(0)]],
  'batched products of no terms': [() => [matMul(zeros([2, 1, 0]), zeros([2, 0, 2]))], [Array(4).fill(0)]],
  sums: [() => [sum(zeros([2, 0, 3]), 1), sum(zeros([0]))], [Array(6).fill(0), [0]]],
  'sums of int32': [() => [sum(zeros([2, 0], 'int32'), 1)], [[0, 0]]],
  means: [() => [mean(zeros([2, 0]), 1)], [[Number.NaN, Number.NaN]]],
  products: [() => [prod(zeros([2, 0]), 1)], [[1, 1]]],
  extremes: [
    () => [max(zeros([2, 0]), 1), min(zeros([2, 0]), 1)],
    [
      [-Infinity, -Infinity],
      [Infinity, Infinity],
    ],
  ],
  'sums by segment of no rows': [() => [unsortedSegmentSum(zeros([0, 2]), zeros([0], 'int32'), 2)], [[0, 0, 0, 0]]],
  'padding of nothing': [
    () => [
      pad(
        zeros([0, 2]),
        [
          [1, 1],
          [0, 0],
        ],
        5,
      ),
    ],
    [[5, 5, 5, 5]],
  ],
  'concatenation with nothing': [() => [concat([zeros([0, 2]), ones([1, 2])])], [[1, 1]]],
  'running sums of nothing': [() => [cumsum(zeros([0, 2])), gather(zeros([3, 2]), zeros([0], 'int32'))], [[], []]],
  'positions in nothing': [() => [argMax(zeros([0, 2]), 1)], [[]]],
  'squared norms of nothing': [() => kernel('GenSquaredNorms', { x0: zeros([0]), x1: tensor([3]) }), [[0, 9]]],
  'the filter gradient of no images': [
    () =>
      kernel(
        'Conv2DBackpropFilter',
        { x: zeros([0, 3, 3, 1]), dy: zeros([0, 2, 2, 2]) },
        { ...plane, filterShape: [2, 2, 1, 2] },
      ),
    [Array(8).fill(0)],
  ],
  'the filter gradient of no images, by Winograd': [
    () =>
      kernel(
        'Conv2DBackpropFilter',
        { x: zeros([0, 4, 4, 16]), dy: zeros([0, 2, 2, 16]) },
        { ...plane, filterShape: [3, 3, 16, 16] },
      ),
    [Array(9 * 256).fill(0)],
  ],
  'a convolution of no channels': [
    () => kernel('Conv2D', { x: zeros([1, 2, 2, 0]), filter: zeros([1, 1, 0, 2]) }, { ...plane, dilations: 1 }),
    [Array(8).fill(0)],
  ],
  'the input gradient of no outputs': [
    () =>
      kernel(
        'Conv2DBackpropInput',
        { dy: zeros([1, 2, 2, 0]), filter: zeros([1, 1, 1, 0]) },
        { ...plane, inputShape: [1, 2, 2, 1] },
      ),
    [Array(4).fill(0)],
  ],
  'the depthwise filter gradient of no images': [
    () =>
      kernel(
        'DepthwiseConv2dNativeBackpropFilter',
        { x: zeros([0, 3, 3, 1]), dy: zeros([0, 2, 2, 1]) },
        { ...depthwise, filterShape: [2, 2, 1, 1] },
      ),
    [Array(4).fill(0)],
  ],
  'batch norm of no samples': [
    () =>
      kernel('GenBatchNorm', { [none]: zeros([0, 4]), x1: ones([4]), x2: ones([4]) }, { epsilon: 1e-5, slope: 0.2 }),
    [[], Array(4).fill(0), Array(4).fill(0)],
  ],
  'batch norm gradients of no samples': [
    () =>
      kernel(
        'GenBatchNormGrad',
        { [dy]: zeros([0, 4]), [none]: zeros([0, 4]), x1: ones([4]), x2: ones([4]), s0: ones([4]), s1: ones([4]) },
        { epsilon: 1e-5, slope: 0.2 },
      ),
    [[], Array(4).fill(0), Array(4).fill(0)],
  ],
  'group norm gradients of no positions': [
    () =>
      kernel(
        'GenGroupNormGrad',
        {
          [dy]: zeros([2, 0, 4]),
          [none]: zeros([2, 0, 4]),
          x1: ones([4]),
          x2: ones([2, 4]),
          s0: ones([2, 2]),
          s1: ones([2, 2]),
        },
        groups,
      ),
    [[], Array(4).fill(0), Array(8).fill(0)],
  ],
  'group norm gradients of no samples': [
    () =>
      kernel(
        'GenGroupNormGrad',
        {
          [dy]: zeros([0, 3, 4]),
          [none]: zeros([0, 3, 4]),
          x1: ones([4]),
          x2: ones([4]),
          s0: ones([0, 2]),
          s1: ones([0, 2]),
        },
        groups,
      ),
    [[], Array(4).fill(0), Array(4).fill(0)],
  ],
  'attention gradients of no queries': [
    () =>
      kernel('GenAttentionGrad', {
        [dy]: zeros([1, 1, 0, 2]),
        [none]: zeros([1, 1, 0, 2]),
        x1: ones([1, 1, 3, 2]),
        x2: ones([1, 1, 3, 2]),
        s0: zeros([1, 1, 0]),
      }),
    [[], Array(6).fill(0), Array(6).fill(0)],
  ],
  'attention to no keys': [
    () =>
      kernel('GenAttention', { [none]: ones([1, 1, 2, 2]), x1: zeros([1, 1, 0, 2]), x2: zeros([1, 1, 0, 2]) }).slice(
        0,
        1,
      ),
    [[0, 0, 0, 0]],
  ],
  'attention gradients of no keys': [
    () =>
      kernel('GenAttentionGrad', {
        [dy]: ones([1, 1, 1, 2]),
        [none]: ones([1, 1, 1, 2]),
        x1: zeros([1, 1, 0, 2]),
        x2: zeros([1, 1, 0, 2]),
        s0: zeros([1, 1, 1]),
      }),
    [[0, 0], [], []],
  ],
  'the gradient of pooling to nothing': [
    () =>
      kernel(
        'MaxPoolGrad',
        { dy: zeros([1, 0, 0, 1]), input: ones([1, 2, 2, 1]), output: zeros([1, 0, 0, 1]) },
        { ...plane, filterSize: 3 },
      ),
    [Array(4).fill(0)],
  ],
  'the gradient of average pooling to nothing': [
    () => kernel('AvgPoolGrad', { dy: zeros([1, 0, 0, 1]), input: ones([1, 2, 2, 1]) }, { ...plane, filterSize: 3 }),
    [Array(4).fill(0)],
  ],
}

describeBackend('nothing', () => {
  it.each(Object.entries(cases))('%s', (_, [compute, expected]) => {
    tidy(() => {
      // Several times: the first blocks may be new memory, which is zero.
      for (let i = 0; i < 3; i++) {
        spoilFreeMemory()
        expect(compute().map((result) => [...result.dataSync()])).toEqual(expected)
      }
    })
  })
})
