/** Fresh models of every kind, for the laws of independent draws. @module */
import type { Key } from '@gen/backend'
import { key } from '@gen/backend'
import { pointDenoiser } from '@gen/diffusion'
import { cnf, type Flow, glow, iaf, maf, nice, nsf, nsfAutoregressive, realNvp } from '@gen/flows'
import { dcgan, r3gan, sngan, srResNet } from '@gen/gan'
import { digitNetwork } from '@gen/metrics'
import { convDecoder, convEncoder, mlp } from '@gen/nn'
import { unet } from '@gen/unet'
import { codePrior, standardVae, vqVae } from '@gen/vae'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { cases as bijectors } from '../../../packages/flows/src/testing/cases.ts'
import { cases as gans } from '../../../packages/gan/src/testing/cases.ts'
import { layerCases } from '../../../packages/nn/src/layer-cases.ts'
import { cases as vaes } from '../../../packages/vae/src/testing/cases.ts'

/** What a key makes. */
export interface Made {
  readonly weights: readonly Tensor[]
  dispose(): void
}

/** Something with weights that a key draws. */
export interface Making {
  readonly name: string
  make(k: Key): Made
}

type Owner =
  | { readonly weights: readonly { read(): Tensor }[] }
  | { readonly players: readonly { variables(): Tensor[] }[] }
  | { variables(): Tensor[] }

/** A network of tfjs-layers, a game of players, or our own network. */
function made(owner: Owner): Made {
  const weights =
    'weights' in owner
      ? owner.weights.map((weight) => weight.read())
      : 'players' in owner
        ? owner.players.flatMap((player) => player.variables())
        : owner.variables()
  return {
    weights,
    dispose: () => {
      if ('dispose' in owner && !('weights' in owner)) (owner.dispose as () => void)()
      for (const weight of weights) if (!weight.isDisposed) weight.dispose()
    },
  }
}

/** The flows of the papers, on five features or on images of 4 × 4 pixels. */
export const flows: Record<string, (k: Key) => Flow | Flow<Tensor4D>> = {
  nice: (k) => nice(5, { key: k }),
  realNvp: (k) => realNvp(5, { key: k, context: 2 }),
  glow: (k) => glow([4, 4, 2], { key: k, steps: 2 }),
  maf: (k) => maf(5, { key: k, hidden: [8, 8] }),
  iaf: (k) => iaf(5, { key: k, hidden: [8, 8] }),
  nsf: (k) => nsf(5, { key: k }),
  nsfAutoregressive: (k) => nsfAutoregressive(5, { key: k, hidden: [8, 8] }),
  cnf: (k) => cnf(5, { key: k, hidden: [8, 8] }),
}

function layer(name: string): Making {
  const { make, inputs } = layerCases[name]!
  return {
    name: `layer ${name}`,
    make: (k) => {
      const built = make(k)
      built.build(inputs.length === 1 ? inputs[0]! : inputs)
      return made(built)
    },
  }
}

/** More levels than the families' small cases have. */
const deep = { shape: [8, 8, 2], latentSize: 3, widths: [4, 8, 8] }

/** Everything that a key gives weights. */
export const makings: readonly Making[] = [
  { name: 'gan r3gan of three levels', make: (k) => made(r3gan({ ...deep, key: k })) },
  { name: 'gan sngan of three levels', make: (k) => made(sngan({ ...deep, key: k })) },
  { name: 'gan dcgan of three levels', make: (k) => made(dcgan({ ...deep, key: k })) },
  { name: 'vae of three levels', make: (k) => made(standardVae({ ...deep, key: k })) },
  ...vaes.map(({ name, make }) => ({ name: `vae ${name}`, make: (k: Key) => made(make(k)) })),
  ...gans.map(({ name, make }) => ({ name: `gan ${name}`, make: (k: Key) => made(make(k)) })),
  ...Object.entries(flows).map(([name, make]) => ({ name: `flow ${name}`, make: (k: Key) => made(make(k)) })),
  ...bijectors.map(({ name, events, make, contexts = [0] }) => ({
    name: `bijector ${name}`,
    make: (k: Key) => {
      return made(make(events === 'images' ? [4, 4, 2] : [5], k, contexts.at(-1)!))
    },
  })),
  ...Object.keys(layerCases).map(layer),
  {
    name: 'unet with everything',
    make: (k) =>
      made(
        unet({
          ...{ shape: [8, 8, 2], widths: [8, 12], depth: 2, attention: [0, 1], headSize: 4, groups: 2 },
          ...{ classes: 3, context: [8, 8, 1], down: 'conv', up: 'conv', key: k },
        }),
      ),
  },
  { name: 'unet, concat', make: (k) => made(unet({ shape: [8, 8, 1], widths: [8, 8], embedding: 'concat', key: k })) },
  { name: 'unet, add', make: (k) => made(unet({ shape: [8, 8, 1], widths: [8, 8], embedding: 'add', key: k })) },
  { name: 'pointDenoiser', make: (k) => made(pointDenoiser({ size: 2, classes: 3, key: k })) },
  { name: 'srResNet', make: (k) => made(srResNet({ shape: [4, 4, 3], factor: 2, width: 8, blocks: 2, key: k })) },
  { name: 'mlp', make: (k) => made(mlp({ inputs: 5, outputs: 5, widths: [5, 5], key: k, name: 'mlp' })) },
  {
    name: 'convEncoder',
    make: (k) => made(convEncoder({ shape: [8, 8, 2], outputs: 4, widths: [8, 8], key: k, name: 'encoder' })),
  },
  {
    name: 'convDecoder',
    make: (k) => made(convDecoder({ inputs: 4, shape: [8, 8, 2], widths: [8, 8], key: k, name: 'decoder' })),
  },
  { name: 'digitNetwork', make: (k) => made(digitNetwork(k)) },
  {
    name: 'codePrior',
    make: (k) => {
      const model = vqVae({ shape: [5], latentSize: 6, size: 2, codes: 5, key: key(3) })
      const prior = codePrior({ model, widths: [8, 8], key: k })
      return {
        weights: prior.players[0]!.variables(),
        dispose: () => {
          prior.dispose()
          model.dispose()
        },
      }
    },
  },
]
