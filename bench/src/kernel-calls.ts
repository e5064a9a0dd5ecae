/** Watches the kernels of the running tfjs backend. @module */
import { SimdBackend } from '@gen/backend-simd'
import { engine, getBackend, getKernelsForBackend, type KernelConfig } from '@tensorflow/tfjs-core'
import { now } from './clock.ts'

/** One call of a kernel. */
export interface KernelCall {
  readonly name: string
  /** In the order in which the op names its inputs. */
  readonly inputShapes: readonly (readonly number[])[]
  readonly outputShapes: readonly (readonly number[])[]
  /** Without the kernels that it called in turn. */
  readonly milliseconds: number
  /** Whether our backend left it to the code of tfjs-backend-cpu. */
  readonly cold: boolean
}

/** A kernel that is running. */
interface Frame {
  /** Time in the kernels that it called. */
  inner: number
  cold: boolean
}

/** Runs a function and lists the kernel calls it makes. */
export function kernelCalls(run: () => void): KernelCall[] {
  const calls: KernelCall[] = []
  const frames: Frame[] = []
  const restore = [...wrapKernels(calls, frames), watchFallbacks(frames)]
  try {
    run()
  } finally {
    for (const undo of restore) undo()
  }
  return calls
}

function wrapKernels(calls: KernelCall[], frames: Frame[]): (() => void)[] {
  return getKernelsForBackend(getBackend()).map((config) => {
    const { kernelName: name, kernelFunc } = config
    config.kernelFunc = (call) => {
      const frame = { inner: 0, cold: false }
      frames.push(frame)
      const start = now()
      try {
        const outputs = kernelFunc(call)
        finish()
        const milliseconds = now() - start - frame.inner
        const outputShapes = [outputs].flat().map(({ shape }) => shape)
        calls.push({ name, inputShapes: shapesOf(call.inputs), outputShapes, milliseconds, cold: frame.cold })
        return outputs
      } finally {
        frames.pop()
        const outer = frames.at(-1)
        if (outer !== undefined) outer.inner += now() - start
      }
    }
    return () => {
      config.kernelFunc = kernelFunc
    }
  })
}

/** Ours returns from a kernel that has begun. */
function finish(): void {
  const { backend } = engine()
  if (backend instanceof SimdBackend) backend.finish()
}

function watchFallbacks(frames: readonly Frame[]): () => void {
  const { backend } = engine()
  if (!(backend instanceof SimdBackend)) return () => undefined
  const original = backend.runFallback
  backend.runFallback = function (kernel) {
    const frame = frames.at(-1)
    if (frame !== undefined) frame.cold = true
    return original.call(this, kernel)
  }
  return () => {
    backend.runFallback = original
  }
}

function shapesOf(inputs: Parameters<KernelConfig['kernelFunc']>[0]['inputs']): number[][] {
  const tensors = Object.values(inputs)
  return tensors.flatMap((tensor) => (tensor === undefined ? [] : [tensor.shape]))
}
