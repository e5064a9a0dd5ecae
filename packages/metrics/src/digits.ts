/**
 * The digit classifier that this package ships: 99 % of MNIST's test digits named right. Its own entry point, since its file is
 * read at run time.
 *
 * @module
 */
import { refusal } from '@gen/backend'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type DigitModel, decodeDigitNetwork, digitModel } from './features/digit-network.ts'

/** The shipped digit classifier; whoever loaded it disposes it. */
export interface ShippedDigitModel extends DigitModel {
  /** The trained network, to take other layers as features. */
  readonly network: LayersModel
  /** Frees the network's weights. */
  dispose(): void
}

/** Options of {@link loadDigitModel}. */
export interface LoadDigitModelOptions {
  /**
   * The weights, or where they are, for bundlers that do not carry `new URL('…', import.meta.url)` along (Node and Vite
   * do). @default the package's `weights/digits.safetensors`
   */
  weights?: Uint8Array | string | URL
}

/**
 * Loads the digit classifier with its trained weights (442 kB), in Node from the package, elsewhere with `fetch`. The file's
 * metadata say by which script, seed and epochs it was made.
 *
 * @throws GenError `file` when the weights cannot be read or are not whole.
 * @example
 * const digits = await loadDigitModel()
 * const features = await extractFeatures(normal(key(0), [8, 28, 28, 1]) as Tensor4D, digits.features) // of 64 numbers each
 * digits.dispose()
 */
export async function loadDigitModel({
  weights = new URL('../weights/digits.safetensors', import.meta.url),
}: LoadDigitModelOptions = {}): Promise<ShippedDigitModel> {
  const network = decodeDigitNetwork(weights instanceof Uint8Array ? weights : await read(weights))
  return { ...digitModel(network), network, dispose: () => void network.dispose() }
}

async function read(place: string | URL): Promise<Uint8Array> {
  try {
    return await (isFile(place) ? readFile(place) : fetchFile(place))
  } catch (cause) {
    throw refusal('file', 'metrics.loadDigitModel', {
      expected: `to read the weights from ${place}`,
      got: (cause as Error).message,
      remedy: 'pass weights, the bytes or the URL of @gen/metrics/weights/digits.safetensors',
    })
  }
}

const isFile = (place: string | URL): place is URL => place instanceof URL && place.protocol === 'file:'

async function readFile(place: URL): Promise<Uint8Array> {
  // Bundlers for browsers see no import of Node's module.
  const { readFile } = process.getBuiltinModule('node:fs/promises')
  return new Uint8Array(await readFile(place))
}

async function fetchFile(place: string | URL): Promise<Uint8Array> {
  const response = await fetch(place)
  if (!response.ok) throw new Error(`HTTP status ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
