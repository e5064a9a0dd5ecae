/** Memory that lives as long as a kernel. @module */
import type { SimdBackend } from '../backend.ts'

/** Runs `use` with the address of `size` float32 elements, contents undefined, which are free again afterwards. */
export function withTemporary<T>(backend: SimdBackend, size: number, use: (pointer: number) => T): T {
  const tensor = backend.output([size], 'float32')
  try {
    return use(backend.pointer(tensor))
  } finally {
    backend.disposeData(tensor.dataId)
  }
}
