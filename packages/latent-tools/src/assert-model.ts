/** What this package asks of models is there: two or three members, which any model has or gets in a line. @module */
import { GenError } from '@gen/backend'
import { shown } from './arguments.ts'

/**
 * Checks that a value is a decoder.
 *
 * @throws GenError `value`, with how to make one of a network.
 */
export function assertDecoder(where: string, name: string, model: unknown): void {
  assertMember(where, name, model, 'decode', 'decode: (z) => network.predict(z)')
}

/**
 * Checks that a value is an encoder.
 *
 * @throws GenError `value`, with how to make one of a network.
 */
export function assertEncoder(where: string, name: string, model: unknown): void {
  assertMember(where, name, model, 'encode', 'encode: (x) => network.predict(x)')
}

/**
 * Checks that a value can sample codes and tell their density.
 *
 * @throws GenError `value`.
 */
export function assertPrior(where: string, prior: unknown): void {
  const remedy = 'pass a prior of @gen/priors or gaussianPrior(codes)'
  if (typeof prior !== 'object' || prior === null) {
    throw new GenError('value', `${where}: expected a prior, got ${shown(prior)}; ${remedy}`)
  }
  for (const member of ['sample', 'logProb'] as const) {
    if (member in prior && typeof Reflect.get(prior, member) === 'function') continue
    throw new GenError('value', `${where}: expected a prior with ${member}, got one without; ${remedy}`)
  }
}

function assertMember(where: string, name: string, model: unknown, member: string, example: string): void {
  const remedy = `wrap a network as { latentSize: 64, ${example} }`
  if (typeof model !== 'object' || model === null) {
    throw new GenError('value', `${where}: expected ${name} to be a model, got ${shown(model)}; ${remedy}`)
  }
  const network = 'layers' in model && 'predict' in model ? 'a tf.LayersModel' : 'one'
  if (typeof Reflect.get(model, member) !== 'function') {
    throw new GenError('value', `${where}: expected ${name} with ${member}, got ${network} without; ${remedy}`)
  }
  const size: unknown = Reflect.get(model, 'latentSize')
  if (typeof size === 'number' && Number.isInteger(size) && size > 0) return
  throw new GenError(
    'value',
    `${where}: expected ${name} with latentSize, the numbers in a code, got ${shown(size)}; ${remedy}`,
  )
}
