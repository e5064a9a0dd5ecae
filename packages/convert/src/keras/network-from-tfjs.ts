/** Saved models of TensorFlow.js, as networks. @module */
import { refusal } from '@gen/backend'
import type { RawTensor } from '@gen/io'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import * as v from 'valibot'
import { type FileReader, type ForeignFiles, readerOf, readJson } from '../diffusers/files.ts'
import { buildLayers } from './build-layers.ts'
import { layerGraph } from './layer-graph.ts'

const where = 'convert.networkFromTfjs'

const manifestSchema = v.object({
  modelTopology: v.record(v.string(), v.unknown()),
  weightsManifest: v.array(
    v.object({
      paths: v.array(v.string()),
      weights: v.array(
        v.object({
          name: v.string(),
          shape: v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), v.maxLength(6)),
          dtype: v.literal('float32'),
          quantization: v.optional(v.undefined()),
        }),
      ),
    }),
  ),
})

type Manifest = v.InferOutput<typeof manifestSchema>['weightsManifest'][number]

/**
 * A network that `tf.LayersModel.save` or tensorflowjs' converter wrote: `model.json` and the files of weights that it names. The same
 * layers as {@link networkFromKeras}, under the same bounds.
 *
 * @throws GenError `file` for files that are missing or too short, `config` for layers that are not supported, `shape` for weights that
 * do not fit.
 * @see https://www.tensorflow.org/js/guide/save_load
 * @example
 * const network = await networkFromTfjs(tfjsFiles)
 * network.outputs[0]!.shape[1] // 4
 */
export async function networkFromTfjs(files: ForeignFiles): Promise<LayersModel> {
  const read = readerOf(where, files)
  const parsed = v.safeParse(manifestSchema, await readJson(where, read, 'model.json'))
  if (!parsed.success) {
    const [issue] = parsed.issues
    const got = `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`
    const expected = 'model.json of a layers model with float32 weights'
    throw refusal('file', where, { expected, got, remedy: 'save it with model.save, not quantized' })
  }
  const { modelTopology, weightsManifest } = parsed.output
  const config = modelTopology.model_config ?? modelTopology
  const graph = layerGraph(where, config)
  const weights = new Map<string, RawTensor[]>()
  for (const group of weightsManifest) await readGroup(read, group, weights)
  return buildLayers(where, graph, ({ name }) => weights.get(name) ?? [])
}

/** The weights of one list of files, by the layers that their names begin with. */
async function readGroup(
  read: FileReader,
  { paths, weights }: Manifest,
  into: Map<string, RawTensor[]>,
): Promise<void> {
  const bytes = await joined(read, paths)
  let at = 0
  for (const { name, shape } of weights) {
    const size = shape.reduce((product, n) => product * n, 4)
    if (!(at + size <= bytes.length)) {
      throw refusal('file', where, { expected: `${size} bytes of ${name.slice(0, 80)}`, got: bytes.length - at })
    }
    const layer = name.slice(0, Math.max(0, name.lastIndexOf('/')))
    const data = bytes.slice(at, at + size)
    into.set(layer, [...(into.get(layer) ?? []), { dtype: 'F32', shape, data }])
    at += size
  }
}

async function joined(read: FileReader, paths: readonly string[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (const path of new Set(paths)) {
    const isPlain = !path.includes('..') && !/^([/\\]|\w+:)/.test(path)
    const bytes = isPlain ? await read(path) : undefined
    if (!bytes) throw refusal('file', where, { expected: `a file ${path.slice(0, 80)} of weights`, got: 'none' })
    parts.push(bytes)
  }
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
