/** For tests: maps over windows and places, in all their paddings, strides, dilations, layouts. @module */
import * as tf from '@tensorflow/tfjs-core'
import { numbers, type Op } from './cases.ts'

type Case = [shape: number[], op: Op]
type Pad = 'same' | 'valid' | number | [number, number][]

const as4D = (x: tf.Tensor) => x as tf.Tensor4D
const as5D = (x: tf.Tensor) => x as tf.Tensor5D
const filter = (shape: number[]) => numbers(shape, 90)

/** Windows of 3, or 2, so that some touch more padding than pixels, and strides leave pixels out. */
const pads: Record<string, Pad> = {
  same: 'same',
  valid: 'valid',
  'one all around': 1,
  'each its own': [
    [0, 0],
    [2, 1],
    [0, 2],
    [0, 0],
  ],
}

function eachPad(name: string, make: (pad: Pad) => Case): [string, Case][] {
  return Object.entries(pads).map(([label, pad]) => [`${name}, padding ${label}`, make(pad)])
}

function eachVolumePad(name: string, make: (pad: 'same' | 'valid' | number) => Case): [string, Case][] {
  return eachPad(name, (pad) => make(pad as 'same')).filter(([label]) => !label.endsWith('each its own'))
}

/** Below zero everywhere, in any order: maxima of negative values. */
const negative = (x: tf.Tensor) => tf.sub(x, 9)

const pools: [string, Case][] = [
  ...eachPad('avgPool, stride 2', (pad) => [[2, 5, 4, 2], (x) => tf.avgPool(as4D(x), 3, 2, pad as 'same')]),
  ...eachPad('avgPool, stride 1', (pad) => [[1, 4, 4, 1], (x) => tf.avgPool(as4D(x), 3, 1, pad as 'same')]),
  ...eachPad('maxPool, stride 2', (pad) => [[2, 5, 4, 2], (x) => tf.maxPool(as4D(x), 3, 2, pad as 'same')]),
  ...eachPad('maxPool of negative values', (pad) => [
    [1, 4, 4, 2],
    (x) => tf.maxPool(as4D(negative(x)), 3, 1, pad as 'same'),
  ]),
  ...eachVolumePad('avgPool of volumes', (pad) => [[1, 3, 4, 3, 2], (x) => tf.avgPool3d(as5D(x), 3, 2, pad)]),
  ...eachVolumePad('maxPool of volumes', (pad) => [[1, 3, 4, 3, 2], (x) => tf.maxPool3d(as5D(negative(x)), 3, 2, pad)]),
  ['avgPool, oblong', [[1, 5, 4, 2], (x) => tf.avgPool(as4D(x), [3, 2], [1, 2], 'same')]],
  ['maxPool, oblong', [[1, 5, 4, 2], (x) => tf.maxPool(as4D(x), [2, 3], [2, 1], 'same')]],
  ['avgPool, oblong, padding one all around', [[1, 5, 4, 2], (x) => tf.avgPool(as4D(x), [3, 2], [1, 2], 1)]],
  ['maxPool, oblong, padding one all around', [[1, 5, 4, 2], (x) => tf.maxPool(as4D(x), [2, 3], [2, 1], 1)]],
  [
    'conv2d, oblong, padding one all around',
    [[1, 5, 6, 1], (x) => tf.conv2d(as4D(x), as4D(filter([3, 2, 1, 2])), [1, 2], 1)],
  ],
  [
    'conv2d by its filter, oblong, padding one all around',
    [[3, 2, 1, 2], (w) => tf.conv2d(as4D(numbers([1, 5, 6, 1], 91)), as4D(w), [2, 1], 1)],
  ],
  [
    'depthwiseConv2d, oblong, padding one all around',
    [[1, 5, 6, 2], (x) => tf.depthwiseConv2d(as4D(x), as4D(filter([2, 3, 2, 1])), 1, 1)],
  ],
  [
    'conv2dTranspose, oblong, padding one all around',
    [[1, 4, 3, 2], (x) => tf.conv2dTranspose(as4D(x), as4D(filter([3, 2, 1, 2])), [1, 7, 2, 1], [2, 1], 1)],
  ],
  ['avgPool of one pixel', [[1, 3, 3, 2], (x) => tf.avgPool(as4D(x), 1, 2, 1)]],
  ['maxPool of one pixel', [[1, 3, 3, 2], (x) => tf.maxPool(as4D(x), 1, 2, 1)]],
  ['maxPool rounding up', [[1, 5, 5, 1], (x) => tf.maxPool(as4D(x), 2, 2, 0, 'ceil')]],
  [
    'conv2d rounding up',
    [[1, 5, 6, 1], (x) => tf.conv2d(as4D(x), as4D(filter([2, 2, 1, 1])), 2, 0, 'NHWC', 1, 'ceil')],
  ],
  [
    'conv2d rounding up, the width',
    [[1, 6, 5, 1], (x) => tf.conv2d(as4D(x), as4D(filter([2, 2, 1, 1])), 2, 0, 'NHWC', 1, 'ceil')],
  ],
  [
    'conv2d rounding down',
    [[1, 5, 6, 1], (x) => tf.conv2d(as4D(x), as4D(filter([2, 2, 1, 1])), 2, 0, 'NHWC', 1, 'floor')],
  ],
  [
    'depthwiseConv2d rounding up',
    [[1, 5, 5, 1], (x) => tf.depthwiseConv2d(as4D(x), as4D(filter([2, 2, 1, 1])), 2, 0, 'NHWC', 1, 'ceil')],
  ],
  ['avgPool rounding up', [[1, 5, 5, 1], (x) => tf.avgPool(as4D(x), 2, 2, 0, 'ceil')]],
  ['pool with dilations, averages', [[1, 5, 5, 1], (x) => tf.pool(as4D(x), 2, 'avg', 'same', 2)]],
  ['pool with dilations, maxPool', [[1, 5, 5, 1], (x) => tf.pool(as4D(negative(x)), 2, 'max', 'same', 2)]],
]

const convolutions: [string, Case][] = [
  ...eachPad('conv2d, stride 2', (pad) => [
    [2, 5, 4, 2],
    (x) => tf.conv2d(as4D(x), filter([3, 3, 2, 3]) as tf.Tensor4D, 2, pad as 'same'),
  ]),
  ...eachPad('conv2d, stride 2, of the filter', (pad) => [
    [3, 3, 2, 2],
    (w) => tf.conv2d(as4D(numbers([2, 5, 4, 2], 91)), w as tf.Tensor4D, 2, pad as 'same'),
  ]),
  ...eachPad('depthwiseConv2d, stride 2', (pad) => [
    [1, 5, 4, 2],
    (x) => tf.depthwiseConv2d(as4D(x), filter([3, 3, 2, 2]) as tf.Tensor4D, 2, pad as 'same'),
  ]),
  ...eachPad('depthwiseConv2d, stride 2, of the filter', (pad) => [
    [3, 3, 2, 1],
    (w) => tf.depthwiseConv2d(as4D(numbers([2, 5, 4, 2], 91)), w as tf.Tensor4D, 2, pad as 'same'),
  ]),
  [
    'conv2d, stride above the filter',
    [[1, 5, 5, 2], (x) => tf.conv2d(as4D(x), as4D(filter([1, 2, 2, 2])), [2, 3], 'same')],
  ],
  ['conv2d, channels first', [[1, 2, 4, 3], (x) => tf.conv2d(as4D(x), as4D(filter([3, 3, 2, 2])), 1, 'same', 'NCHW')]],
  [
    'conv2d, dilations, padding valid',
    [[1, 6, 5, 1], (x) => tf.conv2d(as4D(x), as4D(filter([2, 3, 1, 2])), 1, 'valid', 'NHWC', [3, 2])],
  ],
  ['conv1d, stride 2', [[2, 5, 2], (x) => tf.conv1d(x as tf.Tensor3D, filter([3, 2, 2]) as tf.Tensor3D, 2, 'same')]],
  [
    'separableConv2d',
    [
      [1, 4, 4, 2],
      (x) => tf.separableConv2d(as4D(x), as4D(filter([3, 3, 2, 1])), as4D(numbers([1, 1, 2, 2], 92)), 1, 'same'),
    ],
  ],
  [
    'conv2dTranspose, padding valid',
    [[1, 2, 2, 2], (x) => tf.conv2dTranspose(as4D(x), as4D(filter([3, 2, 1, 2])), [1, 5, 4, 1], 2, 'valid')],
  ],
  [
    'conv2dTranspose, of the filter',
    [[3, 3, 1, 2], (w) => tf.conv2dTranspose(as4D(numbers([2, 2, 2, 2], 91)), as4D(w), [2, 4, 4, 1], 2, 'same')],
  ],
  ...(['same', 'valid'] as const).flatMap((pad): [string, Case][] => [
    [`conv3d, ${pad}, stride 2`, [[1, 4, 3, 3, 2], (x) => tf.conv3d(as5D(x), as5D(filter([2, 3, 2, 2, 1])), 2, pad)]],
    [
      `conv3d, ${pad}, of the filter`,
      [[2, 3, 2, 1, 2], (w) => tf.conv3d(as5D(numbers([2, 4, 3, 3, 1], 91)), as5D(w), [2, 1, 2], pad)],
    ],
  ]),
  [
    'conv3dTranspose',
    [[1, 2, 2, 2, 1], (x) => tf.conv3dTranspose(as5D(x), as5D(filter([2, 3, 2, 1, 1])), [1, 4, 4, 4, 1], 2, 'same')],
  ],
]

const modes = { plain: [false, false], corners: [true, false], centers: [false, true] } as const
const resizes = Object.entries(modes).flatMap(([label, [corners, centers]]): [string, Case][] => [
  [`resizeBilinear up, ${label}`, [[2, 2, 3, 2], (x) => tf.image.resizeBilinear(as4D(x), [5, 4], corners, centers)]],
  [`resizeBilinear down, ${label}`, [[2, 5, 4, 1], (x) => tf.image.resizeBilinear(as4D(x), [2, 3], corners, centers)]],
  [
    `resizeNearestNeighbor up, ${label}`,
    [[2, 2, 3, 2], (x) => tf.image.resizeNearestNeighbor(as4D(x), [5, 4], corners, centers)],
  ],
  [
    `resizeNearestNeighbor down, ${label}`,
    [[2, 5, 4, 1], (x) => tf.image.resizeNearestNeighbor(as4D(x), [2, 3], corners, centers)],
  ],
  [
    `resizeBilinear of one pixel, ${label}`,
    [[2, 1, 1, 2], (x) => tf.image.resizeBilinear(as4D(x), [2, 3], corners, centers)],
  ],
])

const int = (values: number[], shape: number[]) => tf.tensor(values, shape, 'int32')
const gathers: [string, Case][] = [
  ['gather along a middle axis', [[2, 3, 2], (x) => tf.gather(x, int([2, 0, 2, 1], [2, 2]), 1)]],
  ['gather, one batch dimension', [[2, 3], (x) => tf.gather(x, int([2, 0, 2, 1], [2, 2]), 1, 1)]],
  [
    'gather, a batch dimension and an axis after it',
    [[2, 2, 3, 2], (x) => tf.gather(x, int([2, 0, 2, 1], [2, 2]), 2, 1)],
  ],
  ['gather, two batch dimensions', [[2, 2, 3], (x) => tf.gather(x, int([2, 0, 2, 1], [2, 2, 1]), 2, 2)]],
]

const products: [string, Case][] = [
  ['matMul, batches broadcast along different dimensions', [[2, 1, 1, 3], (x) => tf.matMul(x, filter([1, 2, 3, 2]))]],
  ['matMul, first batch dimension broadcast', [[2, 1, 1, 3], (x) => tf.matMul(x, filter([2, 3, 2, 3]), false, true)]],
  [
    'batchToSpaceND',
    [
      [4, 2, 2, 1],
      (x) =>
        tf.batchToSpaceND(
          as4D(x),
          [2, 2],
          [
            [0, 1],
            [1, 0],
          ],
        ),
    ],
  ],
  [
    'spaceToBatchND',
    [
      [1, 3, 3, 1],
      (x) =>
        tf.spaceToBatchND(
          as4D(x),
          [2, 2],
          [
            [0, 1],
            [1, 0],
          ],
        ),
    ],
  ],
  ['dilation2d', [[1, 4, 4, 1], (x) => tf.dilation2d(as4D(negative(x)), tf.fill([2, 2, 1], 0.3), 1, 'same')]],
  ['localResponseNormalization', [[1, 2, 2, 4], (x) => tf.localResponseNormalization(as4D(x), 1, 1, 0.5, 0.7)]],
  ['unstack into one piece', [[1, 3], (x) => tf.unstack(x)[0]!]],
  ['split into one piece', [[2, 3], (x) => tf.split(x, 1)[0]!]],
  ['bandPart', [[3, 3], (x) => tf.linalg.bandPart(x, 0, -1)]],
  ['reverse of two axes', [[2, 2, 3], (x) => tf.reverse(x, [0, 2])]],
]

const five = [1, 2, 1, 3, 2]
const six = [1, 2, 1, 2, 2, 2]
const ranks: [string, Case][] = [
  [
    'pad of rank 5',
    [
      five,
      (x) =>
        tf.pad(x, [
          [1, 0],
          [0, 1],
          [0, 0],
          [2, 0],
          [0, 1],
        ]),
    ],
  ],
  [
    'pad of rank 6',
    [
      six,
      (x) =>
        tf.pad(
          x,
          [
            [0, 0],
            [0, 1],
            [0, 0],
            [1, 0],
            [0, 1],
            [0, 0],
          ],
          0.5,
        ),
    ],
  ],
  ['transpose of rank 5', [five, (x) => tf.transpose(x, [4, 1, 3, 0, 2])]],
  ['transpose of rank 6', [six, (x) => tf.transpose(x, [5, 1, 3, 0, 2, 4])]],
  ['tile of rank 5', [five, (x) => tf.tile(x, [2, 1, 2, 1, 2])]],
  ['slice of rank 5', [five, (x) => tf.slice(x, [0, 1, 0, 1, 0], [1, 1, 1, 2, 1])]],
  ['concat of rank 5', [five, (x) => tf.concat([x, tf.square(x)], 3)]],
  ['reverse of rank 4', [[2, 2, 1, 3], (x) => tf.reverse(x, [0, 3])]],
  ['sum of rank 5', [five, (x) => tf.sum(x, [1, 3])]],
  ['max of rank 5', [five, (x) => tf.max(x, [1, 3])]],
  ['mul of rank 5, broadcast', [five, (x) => tf.mul(x, tf.sum(x, 3, true))]],
  ['mul of rank 6, broadcast', [six, (x) => tf.mul(x, tf.sum(x, [1, 4], true))]],
  ['gather of rank 5', [five, (x) => tf.gather(x, int([2, 0, 2], [3]), 3)]],
  ['softmax of rank 5', [five, (x) => tf.softmax(x)]],
  ['cumsum of rank 5', [five, (x) => tf.cumsum(x, 3)]],
  ['matMul of rank 5', [[2, 1, 1, 2, 3], (x) => tf.matMul(x, filter([1, 2, 1, 3, 2]))]],
  ['where of rank 5', [five, (x) => tf.where(tf.greater(x, 0.05), tf.square(x), x)]],
  ['stack of rank 5', [five, (x) => tf.stack([x, tf.square(x)], 2)]],
]

/** Shape of x, then the map. */
export const spatialOps: Record<string, Case> = Object.fromEntries([
  ...pools,
  ...convolutions,
  ...resizes,
  ...gathers,
  ...products,
  ...ranks,
])

/** Maps that choose the largest: their points must be {@link apart}. */
export const choosing: string[] = Object.keys(spatialOps).filter((name) => /max|dilation2d/.test(name))

/** No gradient of the gradient, on any backend: tfjs refuses by the kernel's name. */
export const onceOnly: string[] = [
  ...Object.keys(spatialOps).filter((name) => name.startsWith('maxPool of volumes')),
  'dilation2d',
  'localResponseNormalization',
]
