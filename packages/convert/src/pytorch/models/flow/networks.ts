/** The networks of flows in Python. @module */
import * as v from 'valibot'
import type { NamedWeight } from '../../../weights/named-weight.ts'
import { sizeOf } from './elements.ts'
import { convNetworkText, denseImagesText, denseText } from './network-texts.ts'
import { callText, type Take, type Written } from './transform.ts'

const sizes = v.array(v.number())

/** Names of activations. */
export type Activation = 'relu' | 'silu' | 'tanh' | 'elu' | 'softplus'

/** Activations of dense networks. */
export const activation: v.GenericSchema<Activation> = v.picklist(['relu', 'silu', 'tanh', 'elu', 'softplus'])

/** What a network was made from. */
export type NetworkConfig =
  | { readonly kind: 'dense'; readonly hidden: number[]; readonly activation: Activation }
  | { readonly kind: 'conv'; readonly width: number; readonly blocks: number; readonly groups: number }

/** `denseNetwork` and `convNetwork`, by their configs. */
export const networkSchema: v.GenericSchema<NetworkConfig> = v.variant('kind', [
  v.object({ kind: v.literal('dense'), hidden: sizes, activation }),
  v.object({ kind: v.literal('conv'), width: v.number(), blocks: v.number(), groups: v.number() }),
])

/** PyTorch's activations by our names. */
export const activationModules: Readonly<Record<Activation, string>> = {
  relu: 'nn.ReLU',
  silu: 'nn.SiLU',
  tanh: 'nn.Tanh',
  elu: 'nn.ELU',
  softplus: 'nn.Softplus',
}

/** What goes into a network and out of it, for one row. */
export interface NetworkSizes {
  /** Of its argument, channels last. */
  readonly shape: readonly number[]
  /** Channels of its result. */
  readonly outputs: number
  readonly context: number
}

/** A network as a module, with its weights below `network`. */
export function writtenNetwork(config: NetworkConfig, { shape, outputs, context }: NetworkSizes, take: Take): Written {
  const channels = shape.at(-1) ?? 1
  if (config.kind === 'conv') {
    const { width, blocks, groups } = config
    return {
      module: `ConvNetwork(${[channels + context, outputs, width, blocks, groups].join(', ')})`,
      uses: [convNetworkText],
      weights: convWeights(take, blocks),
    }
  }
  const places = sizeOf(shape.slice(0, -1))
  const text = shape.length > 1 ? denseImagesText : denseText
  const layers = [places * channels + context, ...config.hidden, places * outputs]
  return {
    module: callText(text.name, [`[${layers.join(', ')}]`, activationModules[config.activation]]),
    uses: [text],
    weights: denseWeights(take, config.hidden.length + 1),
  }
}

/** Kernels and biases in turn; every other layer is an activation. */
export function denseWeights(take: Take, count: number): NamedWeight[] {
  const layers = Array.from({ length: count }, (_, i) => `network.${2 * i}`)
  return layers.flatMap((name) => [take(`${name}.weight`, 'linear'), take(`${name}.bias`)])
}

/** Of each block the norms come first. */
function convWeights(take: Take, blocks: number): NamedWeight[] {
  const pair = (name: string, layout?: 'convolution') => [take(`${name}.weight`, layout), take(`${name}.bias`)]
  const convolution = (name: string) => pair(name, 'convolution')
  return [
    ...convolution('network.entry'),
    ...Array.from({ length: blocks }, (_, i) => {
      const at = `network.blocks.${i}`
      return [...pair(`${at}.0`), ...pair(`${at}.3`), ...convolution(`${at}.2`), ...convolution(`${at}.5`)]
    }).flat(),
    ...convolution('network.exit'),
  ]
}
