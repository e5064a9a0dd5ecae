/** A guidance as it may be wished for. @module */
import { type ClassifierFreeOptions, classifierFree } from './classifier-free.ts'
import type { Guidance } from './guidance.ts'

/** A weight, what `classifierFree` takes, as a file can hold it, or any guidance. */
export type GuidanceWish = number | ClassifierFreeOptions | Guidance

/**
 * The guidance that is wished for.
 *
 * @throws GenError `range` as `classifierFree`.
 */
export function guidanceOf(wish: GuidanceWish): Guidance {
  if (typeof wish === 'function') return wish
  return classifierFree(typeof wish === 'number' ? { weight: wish } : wish)
}
