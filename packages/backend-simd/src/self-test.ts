/** The kernels of the 256-bit builds on small tensors, whose bits another build must give too. @module */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { SimdBackend } from './backend.ts'
import { fastKernels } from './kernels/all.ts'

/** Results by kernel and case, as words. */
export type KernelBits = ReadonlyMap<string, readonly Uint32Array[]>

interface Case {
  readonly kernel: string
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly attrs?: object
}

const product = (transposeA: boolean) => ({ transposeA, transposeB: false })
const norm = { groups: 4, epsilon: 1e-5, activation: 'silu' }
const batch = { epsilon: 2, slope: 0.2 }
const image = { pad: 'same', dataFormat: 'NHWC', dilations: 1 }

/** The three convolutions of an image with one filter. */
function convolutions(x: number[], filter: number[], strides: number): Case[] {
  const dy = [x[0]!, x[1]! / strides, x[2]! / strides, filter[3]!]
  const attrs = { ...image, strides }
  return [
    { kernel: 'Conv2D', inputs: { x, filter }, attrs },
    { kernel: 'Conv2DBackpropInput', inputs: { dy, filter }, attrs: { ...attrs, inputShape: x } },
    { kernel: 'Conv2DBackpropFilter', inputs: { x, dy }, attrs: { ...attrs, filterShape: filter } },
  ]
}

// Rows for tiles of 6 and of 4, columns for tiles of 16 and what is left over, and each of Winograd's two transforms.
const cases: readonly Case[] = [
  { kernel: 'BatchMatMul', inputs: { a: [29, 35], b: [35, 40] }, attrs: product(false) },
  { kernel: 'BatchMatMul', inputs: { a: [29, 35], b: [35, 72] }, attrs: product(false) },
  { kernel: 'BatchMatMul', inputs: { a: [35, 29], b: [35, 40] }, attrs: product(true) },
  ...convolutions([1, 10, 10, 16], [3, 3, 16, 24], 1),
  ...convolutions([1, 10, 10, 16], [4, 4, 16, 24], 2),
  ...convolutions([1, 8, 8, 16], [3, 3, 16, 24], 2),
  { kernel: 'GenGroupNorm', inputs: { x0: [1, 5, 5, 40], x1: [40], x2: [40] }, attrs: norm },
  {
    kernel: 'GenGroupNormGrad',
    inputs: { x0: [1, 5, 5, 40], x1: [40], x2: [40], dy: [1, 5, 5, 40], s0: [1, 4], s1: [1, 4] },
    attrs: norm,
  },
  { kernel: 'GenBatchNorm', inputs: { x0: [37, 20], x1: [20], x2: [20] }, attrs: batch },
  {
    kernel: 'GenBatchNormGrad',
    inputs: { x0: [37, 20], x1: [20], x2: [20], dy: [37, 20], s0: [20], s1: [20] },
    attrs: batch,
  },
  { kernel: 'Exp', inputs: { x: [45] } },
  { kernel: 'Multiply', inputs: { a: [45], b: [45] } },
  { kernel: 'GenSilu', inputs: { x0: [45] } },
  {
    kernel: 'GenAdamW',
    inputs: { x0: [45], g0: [45], m0: [45], v0: [45] },
    attrs: {
      ...{ count: 1, learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
      ...{ weightDecay: 0.1, step: 3, gradientScale: 1 },
    },
  },
  { kernel: 'GenAttention', inputs: { x0: [1, 1, 13, 20], x1: [1, 1, 21, 20], x2: [1, 1, 21, 20] } },
  {
    kernel: 'GenAttentionGrad',
    inputs: { x0: [1, 1, 13, 20], x1: [1, 1, 21, 20], x2: [1, 1, 21, 20], dy: [1, 1, 13, 20], s0: [1, 1, 13] },
  },
]

/** Numbers from −1 to 1 that are the same everywhere. */
function numbers(size: number): Float32Array {
  let state = size
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}

/** What a backend gives in all cases. */
export function bitsOf(backend: SimdBackend): KernelBits {
  return new Map(cases.map((each, i) => [`${each.kernel} (case ${i})`, resultsOf(backend, each)]))
}

function resultsOf(backend: SimdBackend, { kernel, inputs, attrs = {} }: Case): Uint32Array[] {
  const { kernelFunc } = fastKernels.find(({ kernelName }) => kernelName === kernel)!
  const tensors = Object.entries(inputs).map(([name, shape]) => {
    const size = shape.reduce((product, extent) => product * extent, 1)
    return [name, backend.makeTensorInfo([...shape], 'float32', numbers(size))] as const
  })
  const results = [kernelFunc({ inputs: Object.fromEntries(tensors), attrs: attrs as never, backend })].flat()
  const bits = results.map(({ dataId }) => new Uint32Array((backend.readSync(dataId) as Float32Array).buffer))
  for (const { dataId } of [...tensors.map(([, info]) => info), ...results] as TensorInfo[]) backend.disposeData(dataId)
  return bits
}

/** The first case whose bits differ, or undefined. */
export function differingKernel(expected: KernelBits, actual: KernelBits): string | undefined {
  for (const [name, results] of expected) {
    const others = actual.get(name)!
    if (results.some((words, i) => words.some((word, at) => word !== others[i]![at]))) return name
  }
  return undefined
}
