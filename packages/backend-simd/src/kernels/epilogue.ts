/** What follows a matrix product or a convolution: bias and activation; code in `assembly/epilogue.ts`. @module */
import { type backend_util, getKernel, type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import * as A from '../shared/activations.ts'

type Activation = backend_util.Activation

/** The inputs and attributes that tfjs's fused kernels share. */
export interface FusedParts {
  readonly bias?: TensorInfo | undefined
  readonly preluActivationWeights?: TensorInfo | undefined
  readonly activation?: Activation | undefined
  readonly leakyreluAlpha?: number | undefined
}

/** Arguments of a kernel: address of the bias or 0, number of the activation, its slope or the address of slopes, 4 if each column has its own. */
export interface Epilogue {
  readonly bias: number
  readonly activation: number
  readonly alpha: number
  readonly alphaStep: number
}

/** Nothing is added, nothing is changed. */
export const noEpilogue: Epilogue = { bias: 0, activation: A.LINEAR, alpha: 0, alphaStep: 0 }

const activations: Partial<Record<Activation, number>> = {
  linear: A.LINEAR,
  relu: A.RELU,
  relu6: A.RELU6,
  leakyrelu: A.LEAKY_RELU,
  prelu: A.PRELU,
  elu: A.ELU,
  sigmoid: A.SIGMOID,
}

/** Whether a tensor has one number for each of `columns`, the last dimension of a result. */
function perColumn({ shape, dtype }: TensorInfo, columns: number): boolean {
  return dtype === 'float32' && util.sizeFromShape(shape) === columns && shape[shape.length - 1] === columns
}

/**
 * Computes with the parts of a fused kernel: `compute` gets those that the fast kernels apply themselves and returns
 * the result, of which the last dimension is `columns`; the others (a bias or slopes of odd shape) are applied after it.
 */
export function withEpilogue(
  backend: SimdBackend,
  parts: FusedParts,
  columns: number,
  compute: (epilogue: Epilogue) => TensorInfo,
): TensorInfo {
  const { bias, preluActivationWeights: slopes, activation = 'linear', leakyreluAlpha = 0 } = parts
  if (!bias && activation === 'linear') return compute(noEpilogue)
  const ownBias = bias === undefined || perColumn(bias, columns)
  const kind = activations[activation]
  const ownSlopes = activation !== 'prelu' || (slopes !== undefined && (isOne(slopes) || perColumn(slopes, columns)))
  const own = ownBias && ownSlopes && kind !== undefined
  const { alpha, alphaStep } = activation === 'prelu' && own ? slopesOf(backend, slopes!) : oneSlope(leakyreluAlpha)
  const biasPointer = bias && ownBias ? backend.pointer(bias) : 0
  let y = compute({ bias: biasPointer, activation: own ? kind : 0, alpha, alphaStep })
  if (bias && !ownBias) y = replace(backend, y, 'Add', (a) => ({ a, b: bias }))
  if (own || activation === 'linear') return y
  if (activation === 'prelu') return replace(backend, y, 'Prelu', (x) => ({ x, alpha: slopes! }))
  return replace(backend, y, kernelNames[activation] ?? activation, (x) => ({ x }), { alpha: leakyreluAlpha })
}

const kernelNames: Partial<Record<Activation, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  leakyrelu: 'LeakyRelu',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
}

const isOne = ({ shape, dtype }: TensorInfo): boolean => dtype === 'float32' && util.sizeFromShape(shape) === 1

const oneSlope = (alpha: number) => ({ alpha: floatBits(alpha), alphaStep: 0 })

function slopesOf(backend: SimdBackend, slopes: TensorInfo): { alpha: number; alphaStep: number } {
  if (!isOne(slopes)) return { alpha: backend.pointer(slopes), alphaStep: 4 }
  return oneSlope((backend.readSync(slopes.dataId) as Float32Array)[0]!)
}

/** Runs another kernel of this backend on a result and lets go of it. */
function replace(
  backend: SimdBackend,
  y: TensorInfo,
  kernelName: string,
  inputs: (y: TensorInfo) => Record<string, TensorInfo>,
  attrs: Record<string, number> = {},
): TensorInfo {
  const { kernelFunc } = getKernel(kernelName, 'simd') as { kernelFunc: KernelFunc }
  const result = kernelFunc({ inputs: inputs(y), attrs, backend }) as TensorInfo
  backend.disposeData(y.dataId)
  return result
}

/** Bias and activation in place over the rows of a result, where the kernel that made it does not apply them. */
export function runEpilogue(backend: SimdBackend, y: TensorInfo, columns: number, epilogue: Epilogue): void {
  const { bias, activation, alpha, alphaStep } = epilogue
  if (bias === 0 && activation === 0) return
  const rows = util.sizeFromShape(y.shape) / columns
  const chunks = Math.min(rows, backend.chunks(rows * columns, 16384))
  backend.run('epilogueF32', chunks, backend.pointer(y), rows, columns, bias, activation, alpha, alphaStep)
}
