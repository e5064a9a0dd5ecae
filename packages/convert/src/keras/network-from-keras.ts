/** Models of Keras, as networks. @module */
import { refusal } from '@gen/backend'
import { decodeZip, type RawTensor } from '@gen/io'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { parseJson } from '../diffusers/files.ts'
import { buildLayers } from './build-layers.ts'
import { readHdf5 } from './hdf5.ts'
import { type GraphLayer, layerGraph } from './layer-graph.ts'

/** A model of Keras 3 in pieces: what it is made of, and a `.weights.h5`. */
export interface KerasPieces {
  /** What `model.to_json()` says, as text or parsed. */
  readonly config: unknown
  /** What `model.save_weights('….weights.h5')` writes. */
  readonly weights: Uint8Array
}

const where = 'convert.networkFromKeras'

/**
 * A network of Keras 3, from a `.keras` file or from its config and `.weights.h5`: a layers model, which every family and tool
 * here takes as its network, as a `Decoder`'s or as an encoder's. Sequential and functional models of one input and one output, of
 * dense, convolutional, normalizing, pooling, resizing and merging layers, channels last; whatever else is named. Nothing in the
 * file is executed, and nothing larger than it is allocated.
 *
 * @throws GenError `file` for a damaged file, `config` for layers that are not supported, `shape` for weights that do not fit.
 * @see https://keras.io/api/models/model_saving_apis/
 * @example
 * const network = await networkFromKeras(kerasFile)
 * const codes = network.predict(zeros([2, 8, 8, 2])) as Tensor
 */
export async function networkFromKeras(source: Uint8Array | KerasPieces): Promise<LayersModel> {
  const { config, weights } = source instanceof Uint8Array ? piecesOf(source) : source
  const topology = typeof config === 'string' ? parsed(config) : config
  const graph = layerGraph(where, topology)
  const arrays = await readHdf5(weights)
  const groups = groupsOf(graph.layers)
  return buildLayers(where, graph, (layer) => weightsIn(arrays, `layers/${groups.get(layer.name)}/vars`))
}

/** Keras packs no weights, and a config is short: what unpacks to more is none of its files. */
const longestConfig = 2 ** 24

function piecesOf(bytes: Uint8Array): KerasPieces {
  const files = decodeZip(bytes, { maxBytes: bytes.length + longestConfig })
  const { 'config.json': config, 'model.weights.h5': weights } = files
  if (!config || !weights) {
    const remedy = 'write it with model.save of Keras 3'
    throw refusal('file', where, { expected: 'config.json and model.weights.h5 in the file', got: 'others', remedy })
  }
  return { config: new TextDecoder().decode(config), weights }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause)
    throw refusal('file', where, { expected: 'a config as JSON', got, cause })
  }
}

/** Keras names the groups of weights by the classes of the layers, in their order: dense, dense_1, … */
function groupsOf(layers: readonly GraphLayer[]): Map<string, string> {
  const counts = new Map<string, number>()
  return new Map(
    layers.map(({ kind, name }) => {
      const word = snakeCase(kind)
      const count = counts.get(word) ?? 0
      counts.set(word, count + 1)
      return [name, count === 0 ? word : `${word}_${count}`]
    }),
  )
}

/** As Keras spells it: Conv2DTranspose is conv2d_transpose, LeakyReLU is leaky_re_lu. */
function snakeCase(name: string): string {
  return name
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

function weightsIn(arrays: ReadonlyMap<string, RawTensor>, group: string): RawTensor[] {
  const found: RawTensor[] = []
  for (let i = 0; ; i++) {
    const array = arrays.get(`${group}/${i}`)
    if (!array) return found
    found.push(array)
  }
}
