/** Refuses a program of another build. @module */
import { refusal } from '@gen/backend'
import { programVersion } from '../shared/version.ts'

/** Loops of another build may find other arguments where they look for theirs, and would compute other numbers in silence. */
export function assertVersion(version: number | undefined): void {
  if (version === programVersion) return
  const [expected, got] = [programVersion, version].map((number) => number?.toString(16) ?? 'none')
  throw refusal('backend', 'linearAlgebra', {
    expected: `a WebAssembly program of this package's version, ${expected}`,
    got: `one of version ${got}`,
    remedy: 'install @gen/linear-algebra anew, in a clone run npm run build',
    details: { expected: programVersion, got: version },
  })
}
