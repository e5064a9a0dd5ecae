/** What a model of a family is in Python. @module */
import { refusal } from '@gen/backend'
import { LayersModel } from '@tensorflow/tfjs-layers'
import type { NamedWeight } from '../weights/named-weight.ts'
import { flowClass } from './models/flow/flow-class.ts'
import { imageFlowClass } from './models/flow/image-flow-class.ts'
import { ganClass } from './models/gan.ts'
import { pointDenoiserClass } from './models/point-denoiser.ts'
import { isVaeParts, vaeClass } from './models/vae.ts'
import { type NetworkClass, networkClass } from './network-class.ts'
import { where } from './written-layer.ts'

/** What is asked of a model to be written: its family shows in its config. */
export interface PytorchWritable {
  readonly shape: readonly number[]
  readonly config: { readonly kind: string }
  readonly players: readonly {
    readonly name: string
    variables(): NamedWeight['variable'][]
    state?(): NamedWeight['variable'][]
  }[]
  /** Diffusion models and models of tokens. */
  readonly network?: unknown
  /** GANs. */
  readonly networks?: { readonly generator: unknown; readonly discriminator: unknown }
  /** VAEs. */
  readonly parts?: unknown
}

/** The class of the whole model. */
export function pythonModel(model: PytorchWritable): NetworkClass {
  const { config, network, networks, parts } = model
  if (config.kind === 'diffusion') return denoiserClass(network, model)
  if (config.kind === 'tokens') {
    const about = 'Logits of tokens; the number behind the last is the blank'
    return networkClass('TokenTransformer', layersOf(network, 'the network'), about)
  }
  if (config.kind === 'gan' && networks) {
    const [generator, discriminator] = [
      layersOf(networks.generator, 'a generator'),
      layersOf(networks.discriminator, 'a discriminator'),
    ]
    return ganClass(generator, discriminator)
  }
  if (config.kind === 'vae' && isVaeParts(parts)) {
    const { encoder, decoder } = parts
    const networks = { encoder: layersOf(encoder, 'an encoder'), decoder: layersOf(decoder, 'a decoder') }
    return vaeClass({ ...model, parts }, networks)
  }
  if (config.kind === 'flow') return flowClass(model, variablesOfFlow(model))
  if (config.kind === 'imageFlow') return imageFlowClass(model, variablesOfFlow(model))
  throw refusal('config', where, {
    expected: 'a diffusion model, a VAE, a GAN, a flow or a model of tokens',
    got: config.kind,
    remedy: 'write it as ONNX with modelToOnnx',
  })
}

/** In the order of its transforms. */
function variablesOfFlow({ players }: PytorchWritable): NamedWeight['variable'][] {
  return players.flatMap((player) => player.variables())
}

function denoiserClass(network: unknown, model: PytorchWritable): NetworkClass {
  const config = isObject(network) && isObject(network.config) ? network.config : {}
  const { kind } = config
  if (kind === 'pointDenoiser') return pointDenoiserClass(config, model)
  if (kind === 'unet2D') {
    const remedy = 'write it with diffusionToDiffusers, whose UNet2DModel is the PyTorch module'
    throw refusal('config', where, { expected: 'a network of @gen/unet', got: 'one of diffusers', remedy })
  }
  const about = 'From x of unit variance and the signal ratio α to what the prediction in config.json says'
  return networkClass('UNet', layersOf(network, 'a network'), about)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** The layers model behind a network, as each family keeps it. */
function layersOf(network: unknown, what: string): LayersModel {
  const found = isObject(network) && 'model' in network ? network.model : network
  if (found instanceof LayersModel) return found
  throw refusal('config', where, {
    expected: `${what} made of layers`,
    got: 'a function',
    remedy: 'write it as ONNX with modelToOnnx, which traces functions',
  })
}
