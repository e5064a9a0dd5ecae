import '@tensorflow/tfjs-backend-cpu'
import { getKernelsForBackend } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fastKernels } from './all.ts'

/** Kernels of tfjs that run as tfjs-backend-cpu's code over our memory: none of them is hot in training. */
const cold = [
  ...['AvgPool3D', 'AvgPool3DGrad', 'Conv3D', 'Conv3DBackpropFilterV2', 'Conv3DBackpropInputV2', 'MaxPool3D'],
  ...['BatchToSpaceND', 'CropAndResize', 'Dilation2D', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput'],
  ...['Bincount', 'BitwiseAnd', 'BroadcastArgs', 'Complex', 'ComplexAbs', 'DenseBincount', 'Diag', 'Draw', 'Einsum'],
  ...['FFT', 'FlipLeftRight', 'FloorDiv', 'GatherNd', 'IFFT', 'Imag', 'LRN', 'LRNGrad', 'LinSpace', 'MaxPool3DGrad'],
  ...['MaxPoolWithArgmax', 'Multinomial', 'NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'NonMaxSuppressionV5'],
  ...['RaggedGather', 'RaggedRange', 'RaggedTensorToTensor', 'Range', 'Real', 'RotateWithOffset', 'ScatterNd'],
  ...[
    'SearchSorted',
    'SpaceToBatchND',
    'SparseFillEmptyRows',
    'SparseReshape',
    'SparseSegmentMean',
    'SparseSegmentSum',
  ],
  ...['SparseToDense', 'StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
  ...['TensorScatterUpdate', 'TopK', 'Transform', 'Unique'],
]

it('every kernel of tfjs is fast, or listed here as cold', () => {
  const fast = fastKernels.map(({ kernelName }) => kernelName)
  expect(new Set(fast).size).toBe(fast.length)
  const known = getKernelsForBackend('cpu').map(({ kernelName }) => kernelName)
  expect(known.filter((name) => !fast.includes(name)).sort()).toEqual(cold.sort())
})
