/** Building what may fail half-way. @module */
import { GenError, refusal } from '@gen/backend'
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
  const before = new Set(Object.keys(tfjs.state.registeredVariables))
  tfjs.startScope('buildOrClean')
  try {
    const built = build()
    // What a model made is the model's, as it would be without a scope.
    for (const tensor of tfjs.state.activeScope.track) keep(tensor)
    return built
  } catch (cause) {
    for (const [name, variable] of Object.entries(tfjs.state.registeredVariables)) {
      if (!before.has(name)) variable.dispose()
    }
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
