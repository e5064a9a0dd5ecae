/** How a kernel of an operation that tfjs lacks is written down: float32 inputs of known shapes, or an error. @module */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { assertShape, fastKernel, type KernelCall } from './kernel.ts'
import { convert } from './views.ts'

/** The shape that an input must have, from all of them; undefined where any will do. */
type ShapeOf<Inputs, Attributes> = (
  name: string,
  inputs: Inputs,
  attributes: Attributes,
) => readonly number[] | undefined

/**
 * Makes the configuration of a kernel that tfjs-backend-cpu has not. Its code takes float32 and trusts shapes, so other
 * types are converted first, and an input whose shape is not that of `shapeOf` is refused: it would be read past its end.
 */
export function genKernel<Inputs, Attributes = object>(
  kernelName: string,
  shapeOf: ShapeOf<Inputs, Attributes>,
  compute: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return fastKernel<Record<string, TensorInfo>, Attributes>(kernelName, ({ inputs, attrs, backend }) => {
    const typed = inputs as Inputs
    for (const name in inputs) {
      const expected = shapeOf(name, typed, attrs)
      if (expected !== undefined) assertShape(kernelName, name, inputs[name]!, expected)
    }
    return withFloats(backend, inputs, (floats) => compute({ inputs: floats as Inputs, attrs, backend }))
  })
}

/** Runs `use` with inputs of float32; those of other types as copies that go afterwards. */
function withFloats<T>(
  backend: SimdBackend,
  inputs: Record<string, TensorInfo>,
  use: (inputs: Record<string, TensorInfo>) => T,
): T {
  const others = Object.keys(inputs).filter((name) => inputs[name]!.dtype !== 'float32')
  if (others.length === 0) return use(inputs)
  const copies = others.map((name) => convert(inputs[name]!, 'float32', backend))
  const result = use({ ...inputs, ...Object.fromEntries(others.map((name, i) => [name, copies[i]!])) })
  for (const copy of copies) backend.disposeIntermediateTensorInfo(copy)
  return result
}
