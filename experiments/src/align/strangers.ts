/** Models of a PyTorch user's, from ONNX files, and ours beside them, each with the shared faces located in it. @module */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type AlignContext, codesOf, openFaces, trainModel } from '@gen/align-latents'
import { fold, key, refusal } from '@gen/backend'
import { type OnnxModel, type OnnxRuntime, onnxFromFolder } from '@gen/convert'
import { codedImages, pairRecoder, recoderNetwork } from '@gen/gan'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import type { LatentModel, Matrix } from '@gen/latent-tools'
import { adam, cosineDecay, fit, last, readWeights, warmup, writeWeights } from '@gen/train'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/** Whose models: a stranger's VAE and GAN, and our VAE. */
export const strangerNames = ['torch-vae', 'torch-gan', 'vae-1'] as const
export type StrangerName = (typeof strangerNames)[number]

/** A model, how it was trained, and the shared faces in it. */
export interface LocatedStranger {
  readonly latent: LatentModel
  readonly training: Readonly<Record<string, { readonly steps: number; readonly seconds: number }>>
  readonly codes: Matrix
}

/** Steps of the encoder that a stranger's generator gets from us, as many as `gen align` takes. */
const recoderSteps = 1500

/** Opens or trains a model, and locates the shared faces in it. */
export async function openStranger(
  name: StrangerName,
  shared: Tensor4D,
  context: AlignContext,
): Promise<LocatedStranger> {
  const { latent, training } = name === 'vae-1' ? await ourVae(context) : await openers[name](context)
  return { latent, training, codes: await codesOf(name, latent, shared, context) }
}

type Opened = Pick<LocatedStranger, 'latent' | 'training'>

async function ourVae(context: AlignContext): Promise<Opened> {
  return trainModel({ name: 'vae-1', data: 'faces', train: await openFaces('train'), context })
}

const openers: Readonly<Record<Exclude<StrangerName, 'vae-1'>, (context: AlignContext) => Promise<Opened>>> = {
  'torch-vae': async (context) => {
    const files = filesOf(context, { 'decoder.onnx': 'vae-decoder.onnx', 'encoder.onnx': 'vae-encoder.onnx' })
    return { latent: await onnxOf(files, [0, 1]), training: { vae: toldOf(context, 'vae') } }
  },
  'torch-gan': async (context) => {
    const model = await onnxOf(filesOf(context, { 'generator.onnx': 'gan-generator.onnx' }), [-1, 1])
    const { encode, told } = await recoderOf(model, context)
    const latent = { latentSize: model.latentSize, decode: model.decode, encode }
    return { latent, training: { gan: toldOf(context, 'gan'), recoder: told } }
  },
}

/** Where bench/peers/strangers.py has left its files. */
function folderOf({ scratch }: AlignContext): string {
  return join(dirname(dirname(scratch)), 'strangers')
}

function filesOf(context: AlignContext, names: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  const folder = folderOf(context)
  for (const file of Object.values(names)) {
    if (existsSync(join(folder, file))) continue
    const remedy = `gen data export faces --out data; python bench/peers/strangers.py --data data --out ${folder}`
    throw refusal('file', 'align-strangers', { expected: `${file} in ${folder}`, got: 'none', remedy })
  }
  return Object.fromEntries(
    Object.entries(names).map(([name, file]) => [name, new Uint8Array(readFileSync(join(folder, file)))]),
  )
}

function onnxOf(files: Record<string, Uint8Array>, range: readonly [number, number]): Promise<OnnxModel> {
  const config = new TextEncoder().encode(JSON.stringify({ range }))
  return onnxFromFolder({ ...files, 'config.json': config }, { InferenceSession, Tensor } as unknown as OnnxRuntime)
}

function toldOf(context: AlignContext, name: string): { steps: number; seconds: number } {
  return JSON.parse(readFileSync(join(folderOf(context), `${name}.json`), 'utf8')) as { steps: number; seconds: number }
}

/** Our encoder for a stranger's generator, trained on what it makes, or what is kept of it. */
async function recoderOf(model: OnnxModel, context: AlignContext) {
  const k = fold(key(context.seed), 31)
  const encoder = pairRecoder({ gan: model, network: recoderNetwork({ gan: model, key: fold(k, 0) }) })
  const file = join(context.scratch, 'torch-gan-recoder.safetensors')
  if (existsSync(`${file}.json`)) {
    writeWeights(encoder, decodeSafetensors(new Uint8Array(readFileSync(file))).tensors)
  } else {
    context.progress(`an encoder of the generator, ${recoderSteps} steps`)
    const rate = warmup({ steps: 100, to: cosineDecay({ from: 1e-3, steps: recoderSteps - 100 }) })
    const options = { optimizer: adam({ learningRate: rate }), ema: 0.999, clipNorm: 100, key: fold(k, 2) }
    const start = performance.now()
    const batches = codedImages(model, { key: fold(k, 1) })
    const { losses } = await last(fit(encoder, batches, { ...options, steps: recoderSteps }))
    const seconds = Math.round((performance.now() - start) / 1000)
    writeFileSync(file, encodeSafetensors(await readWeights(encoder)))
    writeFileSync(`${file}.json`, JSON.stringify({ steps: recoderSteps, seconds, losses }))
  }
  const told = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as { steps: number; seconds: number }
  return { encode: (x: Parameters<typeof encoder.encode>[0]) => encoder.encode(x), told }
}
