/** The networks of a model of any family, as ONNX files. @module */
import { refusal } from '@gen/backend'
import type { Condition } from '@gen/model'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { type OnnxInput, toOnnx } from './to-onnx.ts'

/** What is asked of a model to be written: its family shows in what it can do. */
export interface OnnxWritable {
  readonly shape: readonly number[]
  readonly config: { readonly kind: string; readonly classes?: unknown }
  readonly latentSize?: number
  /** Diffusion models. */
  denoise?(x: Tensor, alpha: Tensor1D, condition?: { readonly label?: Tensor1D }): Tensor
  /** GANs, VAEs. */
  decode?(z: Tensor2D, condition?: Condition): Tensor | Promise<Tensor>
  /** VAEs. */
  posterior?(x: Tensor, condition?: Condition): { readonly mean: Tensor; readonly logVariance: Tensor }
  /** Flows. */
  forward?(x: never, given?: Condition): { readonly value: Tensor; readonly logDet: Tensor1D }
  inverse?(z: Tensor2D, given?: Condition): { readonly value: Tensor; readonly logDet: Tensor1D }
}

type Files = Record<string, Uint8Array>

/**
 * Writes a model's networks as ONNX files by name, each with a free batch: of a diffusion model `denoiser.onnx` (x of unit variance and α to ε), of a VAE
 * `encoder.onnx` (x to mean and log σ²) and `decoder.onnx`, of a GAN `generator.onnx`, of a flow `forward.onnx` and `inverse.onnx` with the logarithms of
 * their determinants. Data are as everywhere here: channels last, images in [0, 1], which of VAEs and GANs `config.json` says to `onnxFromFolder`.
 * Models with classes take `label`, int32 `[batch]`.
 *
 * @throws GenError `config` for a model of none of these families, or one that calls what ONNX has no operator for.
 * @example
 * const files = await modelToOnnx(model)
 */
export async function modelToOnnx(model: OnnxWritable): Promise<Files> {
  if (model.denoise) return { 'denoiser.onnx': await denoiser(model, model.denoise) }
  if (model.forward && model.inverse) return flowFiles(model)
  if (model.decode) return latentFiles(model)
  throw refusal('config', 'convert.modelToOnnx', {
    expected: 'a diffusion model, a VAE, a GAN or a flow',
    got: model.config.kind,
    remedy: 'write its function with toOnnx',
  })
}

/** What no ONNX file says, for `onnxFromFolder`. */
const folderConfig = new TextEncoder().encode('{"layout": "NHWC", "range": [0, 1]}\n')

const labelInput: OnnxInput = { name: 'label', shape: [], dtype: 'int32' }

/** The input for classes, of a model that has them. */
function labelInputs({ config }: OnnxWritable): OnnxInput[] {
  return typeof config.classes === 'number' && config.classes > 0 ? [labelInput] : []
}

function condition(label: Tensor | undefined): Condition {
  return label === undefined ? {} : { labels: label as Tensor1D }
}

function denoiser(model: OnnxWritable, denoise: NonNullable<OnnxWritable['denoise']>): Promise<Uint8Array> {
  const inputs = [{ name: 'x', shape: model.shape }, { name: 'alpha', shape: [] }, ...labelInputs(model)]
  const run = ([x, alpha, label]: Tensor[]) =>
    denoise(x!, alpha as Tensor1D, label === undefined ? {} : { label: label as Tensor1D })
  return toOnnx(run, { inputs, outputs: ['eps'] })
}

async function latentFiles(model: OnnxWritable): Promise<Files> {
  const labels = labelInputs(model)
  const { posterior, decode, latentSize = 0 } = model
  const decoder = await toOnnx(([z, label]) => decode!(z as Tensor2D, condition(label)) as Tensor, {
    inputs: [{ name: 'z', shape: [latentSize] }, ...labels],
    outputs: ['x'],
  })
  if (!posterior) return { 'config.json': folderConfig, 'generator.onnx': decoder }
  const encoder = await toOnnx(
    ([x, label]) => {
      const { mean, logVariance } = posterior(x!, condition(label))
      return [mean, logVariance]
    },
    { inputs: [{ name: 'x', shape: model.shape }, ...labels], outputs: ['mean', 'logVariance'] },
  )
  return { 'config.json': folderConfig, 'encoder.onnx': encoder, 'decoder.onnx': decoder }
}

async function flowFiles({ forward, inverse, ...model }: OnnxWritable): Promise<Files> {
  const labels = labelInputs(model)
  const outputs = ['value', 'logDet']
  const both = ({ value, logDet }: { readonly value: Tensor; readonly logDet: Tensor }) => [value, logDet]
  return {
    'forward.onnx': await toOnnx(([x, label]) => both(forward!(x as never, condition(label))), {
      inputs: [{ name: 'x', shape: model.shape }, ...labels],
      outputs,
    }),
    'inverse.onnx': await toOnnx(([z, label]) => both(inverse!(z as Tensor2D, condition(label))), {
      inputs: [{ name: 'z', shape: [model.latentSize ?? 0] }, ...labels],
      outputs,
    }),
  }
}
