/** Kernels of the spline for backends whose tensors the host can read at once. @module */
import { backendName } from '@gen/backend'
import {
  getKernel,
  type KernelBackend,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  type TypedArray,
} from '@tensorflow/tfjs-core'
import {
  type BinGradient,
  binGradient,
  findBin,
  logSlopeAt,
  placeOfX,
  placeOfY,
  type SplineShape,
  splineScratch,
  thetaGradient,
  valueAt,
} from './spline-math.ts'

/** What the operation is told. */
export interface SplineAttributes extends SplineShape {
  /** From y to x. */
  inverse: boolean
}

/** The operation's name; its gradient's is `GenSplineGrad`. */
export const splineName = 'GenSpline'

/** On the others (WebGL, WebGPU) the host would wait for the device. */
const hosted = new Set(['cpu', 'simd', 'wasm'])

/**
 * Registers the kernels with the running backend, where it has none of its own and its memory is the host's. One pass
 * over the numbers in float64, instead of some 150 tensor operations in a training step.
 */
export function offerSplineKernels(): void {
  const name = backendName()
  if (!hosted.has(name) || getKernel(splineName, name)) return
  registerKernel({ kernelName: splineName, backendName: name, kernelFunc: kernel(forward) })
  registerKernel({ kernelName: `${splineName}Grad`, backendName: name, kernelFunc: kernel(backward) })
}

interface Call {
  inputs: Record<string, TensorInfo>
  backend: KernelBackend
  attrs: SplineAttributes
}

function kernel(run: (call: Call) => TensorInfo | TensorInfo[]): KernelFunc {
  return ({ inputs, backend, attrs }) =>
    run({
      inputs: inputs as Call['inputs'],
      backend: backend as KernelBackend,
      attrs: attrs as unknown as SplineAttributes,
    })
}

/** Inputs: numbers `[n]`, parameters `[n, 3K − 1]`. Result `[2, n]`: values, then log-derivatives. */
function forward({ inputs, backend, attrs }: Call): TensorInfo {
  const [x, theta] = [read(backend, inputs.x0!), read(backend, inputs.x1!)]
  const count = x.length
  const perNumber = 3 * attrs.bins - 1
  const out = new Float32Array(2 * count)
  const scratch = splineScratch(attrs.bins)
  const { bin } = scratch
  for (let i = 0; i < count; i++) {
    const value = x[i]!
    out[i] = value
    if (!findBin(value, attrs.inverse, theta, i * perNumber, attrs, scratch)) continue
    const xi = attrs.inverse ? placeOfY(value, bin) : placeOfX(value, bin)
    const logSlope = logSlopeAt(xi, bin)
    out[i] = attrs.inverse ? bin.x0 + xi * bin.width : valueAt(xi, bin)
    out[count + i] = attrs.inverse ? -logSlope : logSlope
  }
  return write(backend, out, [2, count])
}

/** Inputs: the gradient `[2, n]` of the result, numbers, parameters. Results: gradients of both. */
function backward({ inputs, backend, attrs }: Call): TensorInfo[] {
  const [dy, x, theta] = [read(backend, inputs.dy!), read(backend, inputs.x0!), read(backend, inputs.x1!)]
  const count = x.length
  const perNumber = 3 * attrs.bins - 1
  const forX = new Float32Array(count)
  const forTheta = new Float32Array(count * perNumber)
  const scratch = splineScratch(attrs.bins)
  const { bin } = scratch
  for (let i = 0; i < count; i++) {
    const [gValue, gLog] = [dy[i]!, dy[count + i]!]
    forX[i] = gValue
    if (!findBin(x[i]!, attrs.inverse, theta, i * perNumber, attrs, scratch)) continue
    let gradient: BinGradient
    if (attrs.inverse) {
      // x solves y(x; θ) = y, and the result is (x, −l): dx = (dy − y_θ·dθ)/y_x.
      const xi = placeOfY(x[i]!, bin)
      const along = (gValue - gLog * binGradient(xi, bin, 0, 1).x) / Math.exp(logSlopeAt(xi, bin))
      forX[i] = along
      gradient = binGradient(xi, bin, -along, -gLog)
    } else {
      gradient = binGradient(placeOfX(x[i]!, bin), bin, gValue, gLog)
      forX[i] = gradient.x
    }
    thetaGradient(gradient, theta, i * perNumber, attrs, scratch, forTheta)
  }
  return [write(backend, forX, inputs.x0!.shape), write(backend, forTheta, inputs.x1!.shape)]
}

function read(backend: KernelBackend, { dataId }: TensorInfo): TypedArray {
  return backend.readSync(dataId) as TypedArray
}

function write(backend: KernelBackend, values: Float32Array, shape: number[]): TensorInfo {
  return { dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32' }
}
