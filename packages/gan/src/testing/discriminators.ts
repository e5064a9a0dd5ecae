/** All discriminators of the package, small. @module */
import { type Key, key, normal } from '@gen/backend'
import type { Network } from '@gen/model'
import { mul, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { dcganDiscriminator } from '../networks/dcgan.ts'
import { mlpDiscriminator } from '../networks/mlp.ts'
import { r3Discriminator } from '../networks/r3.ts'
import { residualDiscriminator } from '../networks/residual.ts'

const shape = [6, 5, 2]
const widths = [4, 8]

/** By name. */
export const discriminators: Readonly<Record<string, (k: Key) => Network>> = {
  mlp: (k) => mlpDiscriminator({ shape: [2], widths: [8, 8], activation: 'silu', key: k }),
  'mlp with waves': (k) => mlpDiscriminator({ shape: [2], widths: [8], activation: 'tanh', frequencies: 4, key: k }),
  'mlp of images, spectral': (k) =>
    mlpDiscriminator({ shape, widths: [8], activation: 'silu', spectral: true, key: k }),
  dcgan: (k) => dcganDiscriminator({ shape, widths, key: k }),
  'dcgan with minibatch deviation': (k) => dcganDiscriminator({ shape, widths, groupSize: 2, key: k }),
  'dcgan of classes': (k) => dcganDiscriminator({ shape, widths, classes: 3, key: k }),
  residual: (k) => residualDiscriminator({ shape, widths, key: k }),
  'residual of classes': (k) => residualDiscriminator({ shape, widths, classes: 3, key: k }),
  r3: (k) => r3Discriminator({ shape, widths, key: k }),
  'r3 in groups, of classes': (k) => r3Discriminator({ shape, widths, groups: 2, blocks: 2, classes: 3, key: k }),
}

/** Some data for a network. */
export function inputFor({ inputShape }: Network, rows: number, k: Key = key(60)): Tensor {
  return tidy(() => mul(normal(k, [rows, ...inputShape]), 0.5))
}
