/** Refuses a program of another build. @module */
import { simdError } from './errors.ts'
import { programVersion } from './shared/version.ts'

/** Kernels of another build may find other arguments where they look for theirs, and would compute other numbers in silence. */
export function assertVersion(version: number | undefined, file: string): void {
  if (version === programVersion) return
  const [expected, got] = [programVersion, version].map((number) => number?.toString(16) ?? 'none')
  throw simdError(
    'backend',
    `backend-simd: expected a program of this package's version, ${expected}, got ${file} of version ${got}; copy the package's wasm folder to where it is served, in a clone run npm run build`,
    { details: { expected: programVersion, got: version, file } },
  )
}
