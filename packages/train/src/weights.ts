/** A model's weights by name, out of it and back into it. @module */
import { GenError } from '@gen/backend'
import { type RawTensor, readRaw, toTensor } from '@gen/io'
import type { Player, Trainable } from '@gen/model'
import { Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'

/** The part of a {@link Trainable} that has weights; any batch type will do. */
export type WithPlayers = { readonly players: readonly Pick<Player<never>, 'name' | 'variables' | 'state'>[] }

/**
 * All variables of a model by stable names: `player/index` for what gradients change, `player/state/index` for the rest.
 * A variable that two players share has the name of the first. tfjs's own names are numbered in the order of creation,
 * so they do not serve. The variables are the model's own, not copies.
 *
 * @example
 * Object.keys(variablesOf(model)) // ['denoiser/0']
 */
export function variablesOf(model: WithPlayers): Record<string, Variable> {
  const named = new Map<Variable, string>()
  for (const { name, variables, state } of model.players) {
    const entries = [
      ...variables().map((variable, i) => [variable, `${name}/${i}`] as const),
      ...(state?.() ?? []).map((variable, i) => [variable, `${name}/state/${i}`] as const),
    ]
    for (const [variable, path] of entries) if (!named.has(variable)) named.set(variable, path)
  }
  return Object.fromEntries([...named].map(([variable, path]) => [path, variable]))
}

/**
 * Reads all weights of a model to plain bytes, as `encodeSafetensors` of `@gen/io` takes them.
 *
 * @example
 * const bytes = encodeSafetensors(await readWeights(model))
 */
export async function readWeights(model: WithPlayers): Promise<Record<string, RawTensor>> {
  return readAll(variablesOf(model))
}

/**
 * Writes weights into a model. All names, shapes and types are checked before the first is written.
 *
 * @param weights - What {@link readWeights} or `decodeSafetensors` gave, or tensors, which stay the caller's.
 * @throws GenError `file` where a weight is missing or left over, `shape` where one does not fit; the model is untouched.
 * @example
 * writeWeights(model, decodeSafetensors(bytes).tensors)
 */
export function writeWeights(model: WithPlayers, weights: Readonly<Record<string, Tensor | RawTensor>>): void {
  writeAll('train.writeWeights', variablesOf(model), weights)
}

/** Reads tensors to plain bytes, one after the other, so that the host holds one transfer at a time. */
export async function readAll(tensors: Readonly<Record<string, Tensor>>): Promise<Record<string, RawTensor>> {
  const raw: Record<string, RawTensor> = {}
  for (const [name, tensor] of Object.entries(tensors)) raw[name] = await readRaw(tensor)
  return raw
}

/** Checks that the names, shapes and types are those of the variables, then writes. */
export function writeAll(
  where: string,
  variables: Readonly<Record<string, Variable>>,
  weights: Readonly<Record<string, Tensor | RawTensor>>,
): void {
  assertFits(where, variables, weights)
  tidy(() => {
    const values = Object.entries(weights).map(([name, weight]) => {
      return [variables[name]!, weight instanceof Tensor ? weight : toTensor(weight)] as const
    })
    for (const [variable, value] of values) variable.assign(value)
  })
}

/** Checks that weights have the names, shapes and types of these tensors. */
export function assertFits(
  where: string,
  expected: Readonly<Record<string, Tensor>>,
  weights: Readonly<Record<string, Tensor | RawTensor>>,
): void {
  const missing = Object.keys(expected).find((name) => !Object.hasOwn(weights, name))
  const extra = Object.keys(weights).find((name) => !Object.hasOwn(expected, name))
  if (missing !== undefined || extra !== undefined) {
    const got = missing === undefined ? `also ${extra}` : `no ${missing}`
    throw new GenError(
      'file',
      `${where}: expected the model's ${Object.keys(expected).length} weights, got ${got}; make the model from the ` +
        'configuration the weights were saved with',
      { details: { missing, extra } },
    )
  }
  for (const [name, tensor] of Object.entries(expected)) {
    const weight = weights[name]!
    const same = weight.shape.length === tensor.shape.length && weight.shape.every((n, i) => n === tensor.shape[i])
    if (same && kindOf(weight.dtype) === kindOf(tensor.dtype)) continue
    throw new GenError(
      'shape',
      `${where}: expected ${name} ${tensor.dtype} of shape [${tensor.shape.join(', ')}], got ${weight.dtype} of shape ` +
        `[${weight.shape.join(', ')}]; make the model from the configuration the weights were saved with`,
      { details: { name, expected: tensor.shape, got: weight.shape } },
    )
  }
}

/** tfjs's element types and the files' under one name. */
function kindOf(dtype: string): string {
  if (dtype === 'float32' || /^B?F\d/.test(dtype)) return 'float'
  return dtype === 'bool' || dtype === 'BOOL' ? 'bool' : 'integer'
}
