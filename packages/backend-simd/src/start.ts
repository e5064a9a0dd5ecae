/** Starts a backend on the best build of the program. @module */
import { SimdBackend } from './backend.ts'
import { chooseBuild } from './build.ts'
import { type ProgramOptions, startProgram } from './program.ts'
import { bitsOf, differingKernel, type KernelBits } from './self-test.ts'
import { joinOperations, optimizedAtOnce } from './wide-simd.ts'

/** Memory of the program that the 256-bit build is compared with, in bytes. */
const referenceBytes = 2 ** 25

/**
 * A backend on the build that {@link chooseBuild} names. A 256-bit build must give the bits of the relaxed one in a few kernels,
 * and is replaced by it, with the reason, where it does not.
 */
export async function startBackend(options: ProgramOptions): Promise<SimdBackend> {
  const build = chooseBuild(options)
  if (build.name !== 'wide') return new SimdBackend(await startProgram(options, build.name), build)
  const backend = await startWide(options)
  if (backend instanceof SimdBackend) return backend
  return new SimdBackend(await startProgram(options, 'relaxed'), { name: 'relaxed', reason: backend })
}

/** A backend of 256 bits, or why there is none. */
async function startWide(options: ProgramOptions): Promise<SimdBackend | string> {
  let backend: SimdBackend | undefined
  try {
    // Before V8 is told to join operations.
    const expected = await referenceBits(options)
    joinOperations()
    backend = new SimdBackend(await startProgram(options, 'wide'), { name: 'wide' })
    const differing = differs(backend, expected)
    if (differing === undefined) return backend
    backend.dispose()
    return `in the 256-bit build ${differing} gave other numbers than in the build of 128 bits`
  } catch (cause) {
    backend?.dispose()
    return `the 256-bit build does not run: ${cause instanceof Error ? cause.message : cause}`
  }
}

async function referenceBits({ wasmUrl }: ProgramOptions): Promise<KernelBits> {
  const source = wasmUrl === undefined ? {} : { wasmUrl }
  const program = await startProgram({ threads: 1, maximumBytes: referenceBytes, ...source }, 'relaxed')
  const reference = new SimdBackend(program, { name: 'relaxed' })
  try {
    return bitsOf(reference)
  } finally {
    reference.dispose()
  }
}

function differs(backend: SimdBackend, expected: KernelBits): string | undefined {
  let differing: string | undefined
  optimizedAtOnce(() => {
    differing = differingKernel(expected, bitsOf(backend))
  })
  return differing
}
