/** Choice by a condition, and sums of many tensors; code in `assembly/compare.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk. */
const grain = 16384
/** As many tensors as fit into the words of one call, with room to spare. */
const maximumTensors = 2048

interface SelectInputs {
  condition: TensorInfo
  t: TensorInfo
  e: TensorInfo
}

const select = fastKernel<SelectInputs>('Select', ({ inputs: { condition, t, e }, backend }) => {
  const { dtype, shape } = t
  if (dtype !== e.dtype || (dtype !== 'float32' && dtype !== 'int32') || condition.dtype !== 'bool') return null
  if (!util.arraysEqual(condition.shape, shape) || !util.arraysEqual(e.shape, shape)) return null
  const y = backend.output(shape, dtype)
  const size = util.sizeFromShape(shape)
  const pointers = [backend.pointer(condition), backend.pointer(t), backend.pointer(e), backend.pointer(y)]
  backend.run('select32', backend.chunks(size, grain), ...pointers, size)
  return y
})

const addN = fastKernel<TensorInfo[]>('AddN', ({ inputs, backend }) => {
  const { dtype, shape } = inputs[0]!
  if ((dtype !== 'float32' && dtype !== 'int32') || inputs.length > maximumTensors) return null
  if (inputs.some((input) => input.dtype !== dtype || !util.arraysEqual(input.shape, shape))) return null
  if (inputs.length === 1) return backend.share(inputs[0]!, shape)
  const y = backend.output(shape, dtype)
  const size = util.sizeFromShape(shape)
  const pointers = inputs.map((input) => backend.pointer(input))
  const program = dtype === 'float32' ? 'addNF32' : 'addNI32'
  backend.run(
    program,
    backend.chunks(size * inputs.length, grain),
    backend.pointer(y),
    size,
    inputs.length,
    ...pointers,
  )
  return y
})

/** The family. */
export const selectKernels: KernelConfig[] = [addN, select]
