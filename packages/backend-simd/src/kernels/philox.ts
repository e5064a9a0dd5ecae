/** Random numbers of a key, the same bits as `@gen/backend` computes; code in `assembly/philox.ts`. @module */
import type { KernelConfig } from '@tensorflow/tfjs-core'
import { fastKernel } from './kernel.ts'

interface Attributes {
  readonly hi: number
  readonly lo: number
  readonly offset: number
  readonly rows: number
  readonly columns: number
  readonly distribution: 'normal' | 'uniform'
}

/** Blocks of four numbers worth a chunk. */
const grain = 256

/** `GenPhilox` of `@gen/backend`. */
export const philoxKernels: KernelConfig[] = [
  fastKernel<object, Attributes>('GenPhilox', ({ attrs, backend }) => {
    const { hi, lo, offset, rows, columns, distribution } = attrs
    const y = backend.output([rows, columns], 'float32')
    const blocks = rows * Math.ceil(columns / 4)
    if (blocks === 0) return y
    const program = distribution === 'normal' ? 'philoxNormal' : 'philoxUniform'
    const row = [offset >>> 0, Math.floor(offset / 2 ** 32)]
    backend.run(program, backend.chunks(blocks, grain), hi, lo, ...row, rows, columns, backend.pointer(y))
    return y
  }),
]
