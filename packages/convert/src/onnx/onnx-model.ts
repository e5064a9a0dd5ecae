/** Models of others that run as ONNX sessions, as latent models of ours. @module */
import { assertInteger, assertShape, GenError, refusal } from '@gen/backend'
import type { LatentModel } from '@gen/model'
import {
  add,
  clipByValue,
  div,
  mul,
  reshape,
  sub,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'

/** The part of a session of onnxruntime-node or onnxruntime-web that is used. */
export interface OnnxSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Record<string, never>): Promise<Readonly<Record<string, unknown>>>
}

/** Makes a runtime's tensor: `ort.Tensor`. */
export type OnnxTensorMaker = new (type: 'float32', data: Float32Array, dims: readonly number[]) => object

/** Options of {@link onnxModel}. */
export interface OnnxModelOptions {
  /** Images to codes; a model without one is mapped through its decoder alone. */
  readonly encoder?: OnnxSession
  /** Codes to images. */
  readonly decoder: OnnxSession
  /** The runtime's `Tensor`. */
  readonly tensor: OnnxTensorMaker
  /** Shape of an image here, `[height, width, channels]`; or `[n]`, for points. */
  readonly shape: readonly number[]
  /** Numbers in one code. */
  readonly latentSize: number
  /** How images lie in the sessions: PyTorch's are `'NCHW'`. */
  readonly layout: 'NCHW' | 'NHWC'
  /** The range of the sessions' images, `[−1, 1]` after a tanh; here it is [0, 1]. */
  readonly range: readonly [number, number]
  /** Shape of one code in the sessions, such as `[64, 1, 1]`. @default [latentSize] */
  readonly codeShape?: readonly number[]
}

/** A {@link LatentModel} of ONNX sessions. */
export interface OnnxModel extends LatentModel {
  readonly shape: readonly number[]
  decode(z: Tensor2D): Promise<Tensor>
  encode?(x: Tensor): Promise<Tensor2D>
}

const where = 'convert.onnxModel'

/**
 * A latent model of any ONNX sessions, so that a PyTorch GAN or VAE enters `@gen/latent-tools` by `torch.onnx.export`. Images are in [0, 1] with channels
 * last here; the first input and the first output of a session count.
 *
 * @throws GenError `config` for a layout or range that is none; from `encode` and `decode` `shape` for other images or codes, and for what a session
 * gives in another shape, saying which way round its channels lie.
 * @see https://onnxruntime.ai/docs/api/js/
 * @example
 * const generator = onnxModel({ decoder: session, tensor: OrtTensor, shape: [8, 8, 1], latentSize: 4, layout: 'NCHW', range: [-1, 1] })
 * const images = await generator.decode(normal(key(0), [2, 4]) as Tensor2D)
 */
export function onnxModel(options: OnnxModelOptions): OnnxModel {
  const { encoder, decoder, shape, latentSize, codeShape = [latentSize] } = options
  checkOptions(options)
  const image = options.layout === 'NCHW' && shape.length === 3 ? [shape[2]!, shape[0]!, shape[1]!] : [...shape]
  const toOurs = (y: Tensor) => tidy(() => fromSession(y, options))
  const decode = async (z: Tensor2D) => {
    assertShape(where, 'z', z, [null, latentSize])
    const raw = await call(options, decoder, {
      x: z,
      dims: [z.shape[0], ...codeShape],
      expected: image,
      name: 'decoder',
    })
    const ours = toOurs(raw)
    raw.dispose()
    return ours
  }
  const encode = async (x: Tensor) => {
    assertShape(where, 'x', x, [null, ...shape])
    const seen = tidy(() => toSession(x, options))
    try {
      const dims = [x.shape[0], ...image]
      const raw = await call(options, encoder!, { x: seen, dims, expected: codeShape, name: 'encoder' })
      const code: Tensor2D = reshape(raw, [x.shape[0], latentSize])
      raw.dispose()
      return code
    } finally {
      seen.dispose()
    }
  }
  return { shape, latentSize, decode, ...(encoder && { encode }) }
}

function checkOptions({ layout, range, shape, latentSize, codeShape }: OnnxModelOptions): void {
  assertInteger(where, 'latentSize', latentSize, { min: 1 })
  if (layout !== 'NCHW' && layout !== 'NHWC') {
    const remedy = "pass 'NCHW' for a model of PyTorch"
    throw refusal('config', where, { expected: "layout 'NCHW' or 'NHWC'", got: JSON.stringify(layout), remedy })
  }
  const isRange = Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1]
  if (!isRange) {
    const remedy = 'pass [-1, 1] for images after a tanh, [0, 1] after a sigmoid'
    throw refusal('config', where, { expected: 'range [least, most]', got: JSON.stringify(range), remedy })
  }
  for (const n of shape) assertInteger(where, 'shape', n, { min: 1 })
  const size = codeShape?.reduce((product, n) => product * n, 1) ?? latentSize
  if (size !== latentSize) {
    throw refusal('config', where, { expected: `a codeShape of ${latentSize} numbers`, got: `[${codeShape}]` })
  }
}

interface Call {
  readonly x: Tensor
  readonly dims: readonly number[]
  readonly expected: readonly number[]
  readonly name: string
}

async function call(
  options: OnnxModelOptions,
  session: OnnxSession,
  { x, dims, expected, name }: Call,
): Promise<Tensor> {
  const data = Float32Array.from(await x.data())
  const given = { [session.inputNames[0]!]: new options.tensor('float32', data, dims) }
  const results = await ran(session, given as Record<string, never>, name)
  const { data: values, dims: got } = results[session.outputNames[0]!] as { data: Float32Array; dims: number[] }
  const size = expected.reduce((product, n) => product * n, 1)
  const rows = dims[0]!
  if (!(values instanceof Float32Array) || values.length !== rows * size) {
    throw refusal('shape', where, { expected: `float32 [${rows}, ${expected}] of the ${name}`, got: `[${got}]` })
  }
  assertLayout(options, { got, rows, expected, name })
  return tensor(values.slice(), [rows, ...expected])
}

async function ran(session: OnnxSession, given: Record<string, never>, name: string) {
  try {
    return await session.run(given)
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause)
    throw new GenError('shape', `${where}: the ${name}’s session failed: ${got}; check shape, codeShape and layout`, {
      cause,
    })
  }
}

interface Layout {
  readonly got: readonly number[]
  readonly rows: number
  readonly expected: readonly number[]
  readonly name: string
}

/** As many numbers in another order of axes is the wrong layout. */
function assertLayout({ layout }: OnnxModelOptions, { got, rows, expected, name }: Layout): void {
  const isSame = got.length === expected.length + 1 && expected.every((n, i) => n === got[i + 1])
  if (isSame || got.length !== 4 || expected.length !== 3) return
  const other = layout === 'NCHW' ? 'NHWC' : 'NCHW'
  throw refusal('shape', where, {
    expected: `[${rows}, ${expected}] of the ${name}, as layout: '${layout}' says`,
    got: `[${got}]`,
    remedy: `pass layout: '${other}' if its channels lie there`,
  })
}

/** [0, 1] with channels last to the sessions' range and layout. */
function toSession(x: Tensor, { layout, range: [least, most] }: OnnxModelOptions): Tensor {
  const scaled = add(mul(x, most - least), least)
  return layout === 'NCHW' && x.shape.length === 4 ? transpose(scaled, [0, 3, 1, 2]) : scaled
}

function fromSession(y: Tensor, { layout, shape, range: [least, most] }: OnnxModelOptions): Tensor {
  const last = layout === 'NCHW' && shape.length === 3 ? transpose(y, [0, 2, 3, 1]) : y
  const unit = div(sub(last, least), most - least)
  return shape.length === 3 ? clipByValue(unit, 0, 1) : unit
}
