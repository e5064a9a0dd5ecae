/** Which build of its program the running backend computes with. @module */
import type { BackendName } from './names.ts'

/** The build that a backend computes with, where it has several. */
export interface BackendBuild {
  /** Of `simd`: `wide` (256 bits), `relaxed` (128 bits), `plain` (the same, more instructions) or `given` (a file of yours). */
  readonly build?: 'wide' | 'relaxed' | 'plain' | 'given'
  /** Why it is not `wide`. */
  readonly buildReason?: string
}

/** The build of a backend that has started. */
export async function buildOf(name: BackendName): Promise<BackendBuild> {
  if (name !== 'simd') return {}
  const { getBuild } = await import('@gen/backend-simd')
  const { name: build, reason } = getBuild()
  return reason === undefined ? { build } : { build, buildReason: reason }
}
