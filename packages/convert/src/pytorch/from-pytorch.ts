/** Weights of PyTorch modules of ours, read back. @module */
import { refusal } from '@gen/backend'
import { decodeSafetensors, encodeSafetensors, type RawTensor } from '@gen/io'
import * as v from 'valibot'
import { type ForeignFiles, readerOf, readJson } from '../diffusers/files.ts'
import { assertWeights, fromPeerNumbers, type WeightShape } from '../weights/named-weight.ts'

const where = 'convert.modelFromPytorch'

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const place = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(1000)),
  layout: v.picklist(['same', 'linear', 'convolution', 'convolution1d', 'channelsFirst']),
  shape: v.pipe(v.array(size), v.maxLength(8)),
})
const schema = v.object({ pytorch: v.object({ weights: v.record(v.string(), place) }) })

/**
 * Reads what {@link modelToPytorch} wrote, after whatever training: the files of a model folder, for `openModel` of `@gen/open` and `writeModelFolder`
 * of `@gen/io/node`. No number changes, so that there and back are the same bits; no Python is read.
 *
 * @param source - Files by name, or a function that reads one: `config.json` and `model.safetensors` are asked for.
 * @throws GenError `file` for files that are missing, broken, or do not fit each other; nothing is allocated before they do.
 * @example
 * const again = await modelFromPytorch(await modelToPytorch(model))
 * Object.keys(again) // ['config.json', 'model.safetensors']
 */
export async function modelFromPytorch(source: ForeignFiles): Promise<Record<string, Uint8Array>> {
  const read = readerOf(where, source)
  const json = await readJson(where, read, 'config.json')
  const parsed = v.safeParse(schema, json)
  if (!json || !parsed.success) {
    const got = json === undefined ? 'no such file' : 'one without pytorch.weights'
    const remedy = 'pass a folder that gen convert --to pytorch wrote'
    throw refusal('file', where, { expected: 'the config.json of a PyTorch module of ours', got, remedy })
  }
  const bytes = await read('model.safetensors')
  if (!bytes) throw refusal('file', where, { expected: 'model.safetensors', got: 'no such file' })
  const { pytorch, ...config } = { ...json, ...parsed.output }
  const weights = checkedWeights(pytorch.weights)
  const { tensors } = decodeSafetensors(bytes)
  assertWeights(where, Object.values(weights), tensors)
  const own = Object.entries(weights).map(([name, weight]) => [name, raw(weight, tensors)])
  return {
    'config.json': new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`),
    'model.safetensors': encodeSafetensors(Object.fromEntries(own)),
  }
}

function raw(weight: WeightShape, tensors: Readonly<Record<string, RawTensor>>): RawTensor {
  const values = fromPeerNumbers(where, weight, tensors)
  return {
    dtype: 'F32',
    shape: [...weight.shape],
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  }
}

const ranks = { linear: 2, convolution: 4, convolution1d: 3, channelsFirst: 3 }

/** A layout is one of so many axes. */
function checkedWeights(weights: Readonly<Record<string, WeightShape>>): Readonly<Record<string, WeightShape>> {
  for (const { name, layout, shape } of Object.values(weights)) {
    if (layout === 'same' || ranks[layout] === shape.length) continue
    throw refusal('file', where, { expected: `${name} of ${ranks[layout]} axes, as ${layout}`, got: `[${shape}]` })
  }
  return weights
}
