/** A call of each kernel of tfjs that runs as tfjs-backend-cpu's code over our memory. For tests; not part of the package. @module */
import * as tf from '@tensorflow/tfjs-core'
import { specOf, type TensorSpec } from './laws.ts'

type Op = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[]

const int32 = (shape: number[], ...values: number[]): TensorSpec => ({ shape, values, dtype: 'int32' })
const float32 = (...shape: number[]): TensorSpec => specOf(shape, 1 + shape.length)

const run = (name: string, inputs: Record<string, tf.Tensor>, attrs: object = {}): tf.Tensor | tf.Tensor[] =>
  tf.engine().runKernel(name, inputs as never, attrs as never)

/** A kernel by its name, with these inputs in this order. */
const kernel =
  (name: string, inputs: string[], attrs: object = {}): Op =>
  (...xs) =>
    run(name, Object.fromEntries(inputs.map((input, i) => [input, xs[i]!])), attrs)

const pool = {
  filterSize: [2, 2, 2],
  strides: [1, 1, 1],
  pad: 'valid',
  dataFormat: 'NDHWC',
  dimRoundingMode: undefined,
}
const conv = { strides: [1, 1, 1], pad: 'valid', dataFormat: 'NDHWC', dilations: [1, 1, 1] }
const dilate = { strides: 1, pad: 'valid', dilations: 1 }
const volume = float32(1, 3, 3, 3, 2)
const pooled = float32(1, 2, 2, 2, 2)
const normalize = { depthRadius: 2, bias: 1, alpha: 1, beta: 0.5 }
const boxes: TensorSpec = { shape: [2, 4], dtype: 'float32', values: [0, 0, 1, 1, 0, 0, 0.9, 1] }
const scores: TensorSpec = { shape: [2], dtype: 'float32', values: [0.5, 0.75] }
const text = (...values: string[]) => tf.tensor1d(values, 'string')

/** Strings cannot be compared as numbers: their lengths are. */
const lengths = (x: tf.Tensor) => tf.tensor1d([...(x.dataSync() as never as string[])].map(({ length }) => length))

/** Per kernel an operation and its inputs. */
export const coldCalls: Record<string, [op: Op, ...specs: TensorSpec[]]> = {
  AvgPool3D: [kernel('AvgPool3D', ['x'], pool), volume],
  AvgPool3DGrad: [kernel('AvgPool3DGrad', ['dy', 'input'], pool), pooled, volume],
  BatchToSpaceND: [(x) => tf.batchToSpaceND(x!, [2], [[0, 1]]), float32(4, 3)],
  Bincount: [(x, w) => tf.bincount(x as tf.Tensor1D, w as tf.Tensor1D, 4), int32([5], 0, 3, 1, 3, 9), float32(5)],
  BitwiseAnd: [(a, b) => tf.bitwiseAnd(a!, b!), int32([3], 5, 7, 12), int32([3], 3, 4, 9)],
  BroadcastArgs: [(a, b) => tf.broadcastArgs(a!, b!), int32([2], 3, 1), int32([1], 4)],
  Complex: [(a, b) => tf.real(tf.complex(a!, b!)), float32(5), float32(5)],
  ComplexAbs: [(a, b) => tf.abs(tf.complex(a!, b!)), float32(5), float32(5)],
  Conv3D: [kernel('Conv3D', ['x', 'filter'], conv), volume, float32(2, 2, 2, 2, 3)],
  Conv3DBackpropFilterV2: [
    kernel('Conv3DBackpropFilterV2', ['x', 'dy'], { ...conv, filterShape: [2, 2, 2, 2, 2] }),
    volume,
    pooled,
  ],
  Conv3DBackpropInputV2: [
    kernel('Conv3DBackpropInputV2', ['dy', 'filter'], { ...conv, inputShape: [1, 3, 3, 3, 2] }),
    pooled,
    float32(2, 2, 2, 2, 2),
  ],
  CropAndResize: [
    (x, b) => tf.image.cropAndResize(x as tf.Tensor4D, b as tf.Tensor2D, [0, 0], [2, 3]),
    float32(1, 4, 4, 2),
    boxes,
  ],
  DenseBincount: [
    (x, w) => tf.denseBincount(x as tf.Tensor2D, w as tf.Tensor2D, 3),
    int32([2, 2], 0, 2, 1, 1),
    float32(2, 2),
  ],
  Diag: [(x) => tf.diag(x!), float32(4)],
  Dilation2D: [kernel('Dilation2D', ['x', 'filter'], dilate), float32(1, 4, 4, 2), float32(2, 2, 2)],
  Dilation2DBackpropFilter: [
    kernel('Dilation2DBackpropFilter', ['x', 'filter', 'dy'], dilate),
    ...[float32(1, 4, 4, 2), float32(2, 2, 2), float32(1, 3, 3, 2)],
  ],
  Dilation2DBackpropInput: [
    kernel('Dilation2DBackpropInput', ['x', 'filter', 'dy'], dilate),
    ...[float32(1, 4, 4, 2), float32(2, 2, 2), float32(1, 3, 3, 2)],
  ],
  Einsum: [(a, b) => tf.einsum('ij,jk->ik', a!, b!), float32(2, 3), float32(3, 4)],
  FFT: [(a, b) => tf.real(tf.fft(tf.complex(a!, b!))), float32(2, 4), float32(2, 4)],
  FlipLeftRight: [(x) => tf.image.flipLeftRight(x as tf.Tensor4D), float32(1, 2, 3, 2)],
  FloorDiv: [(a, b) => tf.floorDiv(a!, b!), int32([3], 7, -7, 5), int32([3], 2, 2, 5)],
  GatherNd: [(x, i) => tf.gatherND(x!, i!), float32(3, 2), int32([2, 1], 2, 0)],
  IFFT: [(a, b) => tf.real(tf.ifft(tf.complex(a!, b!))), float32(2, 4), float32(2, 4)],
  Imag: [(a, b) => tf.imag(tf.complex(a!, b!)), float32(5), float32(5)],
  LRN: [kernel('LRN', ['x'], normalize), float32(1, 2, 2, 5)],
  LRNGrad: [kernel('LRNGrad', ['x', 'y', 'dy'], normalize), ...Array(3).fill(float32(1, 2, 2, 5))],
  LinSpace: [() => tf.linspace(0, 1, 7)],
  MaxPool3D: [kernel('MaxPool3D', ['x'], pool), volume],
  MaxPool3DGrad: [kernel('MaxPool3DGrad', ['dy', 'input', 'output'], pool), pooled, volume, pooled],
  MaxPoolWithArgmax: [(x) => Object.values(tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'valid')), float32(1, 4, 4, 2)],
  Multinomial: [
    (x) => tf.multinomial(x as tf.Tensor2D, 5, 3, true),
    { shape: [1, 2], dtype: 'float32', values: [0, 1] },
  ],
  NonMaxSuppressionV3: [(b, s) => tf.image.nonMaxSuppression(b as tf.Tensor2D, s as tf.Tensor1D, 2), boxes, scores],
  NonMaxSuppressionV4: [
    (b, s) => Object.values(tf.image.nonMaxSuppressionPadded(b as tf.Tensor2D, s as tf.Tensor1D, 2, 0.5, 0, true)),
    ...[boxes, scores],
  ],
  NonMaxSuppressionV5: [
    (b, s) => Object.values(tf.image.nonMaxSuppressionWithScore(b as tf.Tensor2D, s as tf.Tensor1D, 2)),
    ...[boxes, scores],
  ],
  RaggedGather: [
    (splits, values, indices) => {
      const { outputNestedSplits, outputDenseValues } = tf.raggedGather([splits!], values!, indices!, 1)
      return [...outputNestedSplits, outputDenseValues]
    },
    ...[int32([3], 0, 2, 3), float32(3), int32([2], 1, 0)],
  ],
  RaggedRange: [
    (a, b, c) => Object.values(tf.raggedRange(a!, b!, c!)),
    ...[int32([2], 0, 5), int32([2], 3, 6), int32([2], 1, 1)],
  ],
  RaggedTensorToTensor: [
    (shape, values, none, rows) => tf.raggedTensorToTensor(shape!, values!, none!, [rows!], ['ROW_SPLITS']),
    ...[int32([2], 2, 2), float32(3), specOf([], 9), int32([3], 0, 2, 3)],
  ],
  Range: [() => tf.range(0, 5, 2)],
  Real: [(a, b) => tf.real(tf.complex(a!, b!)), float32(5), float32(5)],
  RotateWithOffset: [(x) => tf.image.rotateWithOffset(x as tf.Tensor4D, 0.5), float32(1, 4, 4, 2)],
  ScatterNd: [(i, x) => tf.scatterND(i!, x!, [4, 2]), int32([2, 1], 2, 0), float32(2, 2)],
  SearchSorted: [(a, b) => tf.searchSorted(a!, b!), int32([1, 3], 1, 3, 5), int32([1, 2], 0, 4)],
  SpaceToBatchND: [(x) => tf.spaceToBatchND(x!, [2], [[0, 1]]), float32(1, 3, 2)],
  SparseFillEmptyRows: [
    (i, v, s, d) =>
      Object.values(
        tf.sparse.sparseFillEmptyRows(i as tf.Tensor2D, v as tf.Tensor1D, s as tf.Tensor1D, d as tf.Scalar),
      ),
    ...[int32([2, 2], 0, 1, 2, 0), float32(2), int32([2], 4, 2), specOf([], 3)],
  ],
  SparseReshape: [
    (i, from, to) => Object.values(tf.sparse.sparseReshape(i as tf.Tensor2D, from as tf.Tensor1D, to as tf.Tensor1D)),
    ...[int32([2, 2], 0, 1, 1, 0), int32([2], 2, 2), int32([1], 4)],
  ],
  SparseSegmentMean: [
    (x, i, s) => tf.sparse.sparseSegmentMean(x!, i as tf.Tensor1D, s as tf.Tensor1D),
    ...[float32(3, 2), int32([2], 0, 2), int32([2], 0, 0)],
  ],
  SparseSegmentSum: [
    (x, i, s) => tf.sparse.sparseSegmentSum(x!, i as tf.Tensor1D, s as tf.Tensor1D),
    ...[float32(3, 2), int32([2], 0, 2), int32([2], 0, 0)],
  ],
  SparseToDense: [(i, x) => tf.sparseToDense(i!, x!, [4], 5), int32([2], 1, 3), float32(2)],
  StaticRegexReplace: [() => lengths(tf.string.staticRegexReplace(text('abab', 'b'), 'b', 'cc'))],
  StringNGrams: [
    () => {
      const { nGrams } = tf.string.stringNGrams(
        text('a', 'b', 'c'),
        tf.tensor1d([0, 3], 'int32'),
        '|',
        [2],
        '',
        '',
        -1,
        false,
      )
      return lengths(nGrams!)
    },
  ],
  StringSplit: [() => lengths(tf.string.stringSplit(text('a bcd', 'e'), tf.scalar(' ')).values!)],
  StringToHashBucketFast: [() => tf.string.stringToHashBucketFast(text('a', 'b'), 7)],
  TensorScatterUpdate: [
    (x, i, u) => tf.tensorScatterUpdate(x!, i!, u!),
    float32(3, 2),
    int32([1, 1], 1),
    float32(1, 2),
  ],
  TopK: [(x) => Object.values(tf.topk(x!, 2)), float32(3, 5)],
  Transform: [
    (x) => tf.image.transform(x as tf.Tensor4D, tf.tensor2d([[1, 0, 0.5, 0, 1, -0.5, 0, 0]])),
    float32(1, 4, 4, 2),
  ],
  Unique: [(x) => Object.values(tf.unique(x!)), int32([5], 3, 1, 3, 2, 1)],
}
