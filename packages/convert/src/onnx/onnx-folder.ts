/** Folders of ONNX files as latent models: what their sessions say of themselves, and what only their owner knows. @module */
import { refusal } from '@gen/backend'
import { type FileReader, type ForeignFiles, readerOf, readJson } from '../diffusers/files.ts'
import type { DescribedSession, OnnxValueMetadata } from './described-session.ts'
import { ofAnyBatch } from './fixed-batch.ts'
import { type OnnxModel, type OnnxModelOptions, type OnnxTensorMaker, onnxModel } from './onnx-model.ts'

/** The part of onnxruntime-node or onnxruntime-web that is used: the module itself is one. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(bytes: Uint8Array): Promise<DescribedSession> }
  readonly Tensor: OnnxTensorMaker
}

const where = 'convert.onnxFromFolder'
const decoders = ['decoder.onnx', 'generator.onnx']

/**
 * Opens `decoder.onnx` or `generator.onnx`, and `encoder.onnx` where there is one, as {@link onnxModel} does. Shapes and layout are read from the files;
 * `config.json` has what no file says, the `range` of the images, and a `layout` where sizes leave it open. A file whose batch is fixed is run in parts of
 * that many rows. `gen convert --to onnx` writes such a folder.
 *
 * @throws GenError `file` for files that are not there or that the runtime refuses; `config` for more inputs than a code, sizes that are free
 * besides the batch, and a range or layout that is not said.
 * @example
 * const generator = await onnxFromFolder(onnxFolder, onnxruntime)
 * const images = await generator.decode(normal(key(0), [2, generator.latentSize]) as Tensor2D)
 */
export async function onnxFromFolder(files: ForeignFiles, runtime: OnnxRuntime): Promise<OnnxModel> {
  const read = readerOf(where, files)
  const config = (await readJson(where, read, 'config.json')) ?? {}
  const [name, decoder] = await openDecoder(read, runtime)
  const encoder = await openSession(read, 'encoder.onnx', runtime)
  for (const [file, session] of [[name, decoder] as const, ['encoder.onnx', encoder] as const]) {
    if (session) assertOneInput(file, session.inputMetadata)
  }
  const codeShape = rowShape(name, decoder.inputMetadata)
  const image = rowShape(name, decoder.outputMetadata)
  const layout = layoutOf(image, config.layout)
  return onnxModel({
    decoder: ofAnyBatch(decoder, runtime.Tensor),
    ...(encoder && { encoder: ofAnyBatch(encoder, runtime.Tensor) }),
    tensor: runtime.Tensor,
    latentSize: codeShape.reduce((product, n) => product * n, 1),
    codeShape,
    shape: layout === 'NCHW' && image.length === 3 ? [image[1]!, image[2]!, image[0]!] : image,
    layout,
    range: rangeOf(config.range),
  })
}

async function openDecoder(read: FileReader, runtime: OnnxRuntime): Promise<[string, DescribedSession]> {
  for (const name of decoders) {
    const session = await openSession(read, name, runtime)
    if (session) return [name, session]
  }
  const remedy = 'name the file that makes images of codes so; the one that finds codes is encoder.onnx'
  throw refusal('file', where, { expected: decoders.join(' or '), got: 'neither', remedy })
}

async function openSession(
  read: FileReader,
  name: string,
  { InferenceSession }: OnnxRuntime,
): Promise<DescribedSession | undefined> {
  const bytes = await read(name)
  if (bytes === undefined) return undefined
  try {
    return await InferenceSession.create(bytes)
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause)
    const remedy = 'export it again with torch.onnx.export(…, external_data=False)'
    throw refusal('file', where, { expected: `${name} to be a whole ONNX file`, got, remedy, cause })
  }
}

/** A session that wants more than codes or images, such as classes, cannot be asked. */
function assertOneInput(file: string, inputs: readonly OnnxValueMetadata[]): void {
  if (inputs.length === 1) return
  throw refusal('config', where, {
    expected: `${file} with one input`,
    got: inputs.map((value) => value.name).join(', ') || 'none',
    remedy: 'export the model with all others bound to a value',
  })
}

/** Sizes of one row of the first value. */
function rowShape(file: string, values: readonly OnnxValueMetadata[]): number[] {
  const [first] = values
  const shape = first?.shape ?? []
  const [, ...row] = shape
  if (row.length > 0 && row.every((n) => typeof n === 'number' && n > 0)) return row as number[]
  throw refusal('config', where, {
    expected: `${file} to say the shape of ${first?.name ?? 'what goes in'}, all but the batch in numbers`,
    got: `[${shape}]`,
    remedy: 'export it with dynamic_shapes for the batch alone, or call onnxModel with shape, latentSize and layout',
  })
}

/** Images have fewer channels than rows and columns; where that leaves it open, the config says. */
function layoutOf(image: readonly number[], said: unknown): OnnxModelOptions['layout'] {
  if (said !== undefined) return said as OnnxModelOptions['layout']
  const [first = 0, , last = 0] = image
  if (image.length !== 3 || last < first) return 'NHWC'
  if (first < last) return 'NCHW'
  throw refusal('config', where, {
    expected: `a layout of images [${image}]`,
    got: 'none',
    remedy: 'write "layout": "NCHW", as PyTorch\'s are, or "NHWC" into config.json beside the ONNX files',
  })
}

function rangeOf(said: unknown): readonly [number, number] {
  if (said !== undefined) return said as readonly [number, number]
  throw refusal('config', where, {
    expected: 'the range of the images',
    got: 'none',
    remedy: 'write {"range": [-1, 1]}, as after a tanh, or {"range": [0, 1]} into config.json beside the ONNX files',
  })
}
