/** Matrix products; code in `assembly/gemm*.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { type BroadcastPlan, planBroadcast } from './broadcast.ts'
import { type Epilogue, type FusedParts, runEpilogue, withEpilogue } from './epilogue.ts'
import { fewColumns, multiplyDepth, multiplyRows } from './gemm.ts'
import type { LeftFactor } from './gemm-product.ts'
import { fastKernel } from './kernel.ts'

interface MatMulAttributes {
  transposeA: boolean
  transposeB: boolean
}

interface Factors {
  a: TensorInfo
  b: TensorInfo
}

interface FusedFactors extends Factors {
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

/** What there is to multiply, transposes undone. */
interface Extents {
  readonly rows: number
  readonly depth: number
  readonly columns: number
  readonly outer: BroadcastPlan
}

const none = [0, 0] as const
const one = [1, 1] as const

/** A matrix as an image of one row of pixels. Plain literals here and below: they are built for every product. */
function matrix(pointer: number, pixels: number, depth: number): LeftFactor {
  const size = [1, pixels] as const
  return {
    pointer,
    size,
    pixelStride: depth,
    images: 1,
    grid: size,
    stride: one,
    origin: none,
    taps: one,
    tapStep: none,
    depth,
  }
}

function extentsOf(a: number[], b: number[], { transposeA, transposeB }: MatMulAttributes): Extents {
  const [rowsA, columnsA] = [a[a.length - 2]!, a[a.length - 1]!]
  const [rowsB, columnsB] = [b[b.length - 2]!, b[b.length - 1]!]
  const depth = transposeA ? rowsA : columnsA
  const other = transposeB ? columnsB : rowsB
  util.assert(depth === other, () => `matMul: expected equal inner extents, got ${depth} and ${other}`)
  const outer = planBroadcast(a.slice(0, -2), b.slice(0, -2))
  return { rows: transposeA ? columnsA : rowsA, depth, columns: transposeB ? rowsB : columnsB, outer }
}

function multiply(
  backend: SimdBackend,
  { a, b }: Factors,
  y: TensorInfo,
  { rows, depth, columns, outer }: Extents,
  { transposeA, transposeB }: MatMulAttributes,
  epilogue: Epilogue,
): void {
  const { strideA, strideB } = outer.dimensions[0]!
  // One matrix on the right for all on the left: their rows make one tall matrix.
  const tall = !transposeA && outer.dimensions.length === 1 && strideB === 0 && strideA !== 0
  const tallRows = tall ? rows * outer.size : rows
  const left = backend.pointer(a)
  const product = {
    left: transposeA ? matrix(left, depth, rows) : matrix(left, tallRows, depth),
    right: {
      pointer: backend.pointer(b),
      rowStride: transposeB ? 1 : columns,
      columnStride: transposeB ? depth : 1,
      tapStride: none,
    },
    result: { pointer: backend.pointer(y), imageStride: 0, rowStride: columns, pixelStride: columns, columnStride: 1 },
    columns,
    epilogue,
    batch: {
      size: tall ? 1 : outer.size,
      left: rows * depth,
      right: depth * columns,
      result: rows * columns,
      dimensions: outer.dimensions,
    },
  }
  if (!transposeA) {
    multiplyRows(backend, product)
  } else {
    multiplyDepth(backend, product)
    runEpilogue(backend, y, columns, epilogue)
  }
}

/** At most so many rows times a matrix that is not transposed are computed without packing it. */
const thinRows = 2

/** Few rows times a matrix that is not transposed: true if done. */
function multiplyThin(
  backend: SimdBackend,
  { a, b }: Factors,
  y: TensorInfo,
  { rows, depth, columns, outer }: Extents,
  { transposeA, transposeB }: MatMulAttributes,
  epilogue: Epilogue,
): boolean {
  if (outer.size > 1 || columns <= fewColumns || rows > thinRows) return false
  if (transposeB || (transposeA && rows > 1)) return false
  // Where many rows begin with the bias, and where they end with it.
  const [first, last] = transposeA ? [0, epilogue.bias] : [epilogue.bias, 0]
  const pointers = [backend.pointer(a), backend.pointer(b), backend.pointer(y)]
  backend.run('gemmThin', backend.chunks(depth * columns, 65536), ...pointers, rows, depth, columns, first)
  runEpilogue(backend, y, columns, { ...epilogue, bias: last })
  return true
}

/** The product of two tensors of rank ≥ 2 of which the outer dimensions are broadcast; null for other types. */
export function matMul(
  backend: SimdBackend,
  factors: Factors,
  attributes: MatMulAttributes,
  fused: FusedParts = {},
): TensorInfo | null {
  const { a, b } = factors
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return null
  const extents = extentsOf(a.shape, b.shape, attributes)
  const { rows, depth, columns, outer } = extents
  if (rows * depth * columns * outer.size === 0) return null
  return withEpilogue(backend, fused, columns, (epilogue) => {
    const y = backend.output([...outer.shape, rows, columns], 'float32')
    if (!multiplyThin(backend, factors, y, extents, attributes, epilogue)) {
      multiply(backend, factors, y, extents, attributes, epilogue)
    }
    return y
  })
}

/** The family. */
export const matMulKernels: KernelConfig[] = [
  fastKernel<Factors, MatMulAttributes>('BatchMatMul', ({ inputs, attrs, backend }) => matMul(backend, inputs, attrs)),
  fastKernel<FusedFactors, MatMulAttributes & FusedParts>('_FusedMatMul', ({ inputs, attrs, backend }) =>
    matMul(backend, inputs, attrs, { ...attrs, ...inputs }),
  ),
]
