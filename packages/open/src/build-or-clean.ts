/** Building what may fail half-way. @module */
import { allOrNothing, GenError, refusal } from '@gen/backend'
import { engine, keep } from '@tensorflow/tfjs-core'
import { where } from './where.ts'

/**
 * Builds a model. Where that fails, every tensor and variable that was made goes, and whatever was thrown becomes an error of
 * the config.
 *
 * @throws GenError what `build` throws, or 'file' for anything else.
 */
export function buildOrClean<T>(build: () => T): T {
  const tfjs = engine()
  tfjs.startScope('buildOrClean')
  try {
    const built = allOrNothing(build)
    // What a model made is the model's, as it would be without a scope.
    for (const tensor of tfjs.state.activeScope.track) keep(tensor)
    return built
  } catch (cause) {
    if (GenError.is(cause)) throw cause
    const got = cause instanceof Error ? cause.message : String(cause)
    throw refusal('file', where, {
      expected: 'a config that a model can be built from',
      got: got.slice(0, 300),
      cause,
    })
  } finally {
    tfjs.endScope()
  }
}
