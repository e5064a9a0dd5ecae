/** What diffusers' U-Net is told of time and class, as one vector. @module */
import { assertShape, refusal } from '@gen/backend'
import {
  add,
  cast,
  concat,
  cos,
  exp,
  gather,
  log,
  matMul,
  mul,
  range,
  reshape,
  sin,
  type Tensor,
  type Tensor2D,
  zeros,
} from '@tensorflow/tfjs-core'
import { activate } from '../layers/activation.ts'
import type { Parameters } from '../weights/parameters.ts'
import type { FullUnet2DConfig } from './config.ts'

/** Embeds timesteps `[batch]` and classes as `[batch, size]`. */
export type Embedding = (timestep: Tensor, label: Tensor | undefined) => Tensor

/** Size of the vector. */
export function embeddingSize(config: FullUnet2DConfig): number {
  return config.time_embedding_dim ?? 4 * config.block_out_channels[0]!
}

/** Waves of the timestep, two dense layers, and the class's vector added. */
export function embedding(own: Parameters, config: FullUnet2DConfig): Embedding {
  const { size: waveCount, waves } = wavesOf(own, config)
  const size = embeddingSize(config)
  const time = twoLayers(own.at('time_embedding'), waveCount, size)
  const told = classVector(own, config, { waveCount, waves, size })
  return (timestep, label) => {
    const vector = time(waves(timestep))
    return told ? add(vector, told(label)) : vector
  }
}

interface Waves {
  readonly size: number
  readonly waves: (timestep: Tensor) => Tensor
}

function wavesOf(own: Parameters, config: FullUnet2DConfig): Waves {
  const width = config.block_out_channels[0]!
  if (config.time_embedding_type === 'fourier') {
    const frequencies = own.table('time_proj.weight', [width], { deviation: 16, trainable: false })
    const waves = (sigma: Tensor) => {
      const turns = matMul(reshape(log(sigma), [-1, 1]) as Tensor2D, reshape(frequencies, [1, width]) as Tensor2D)
      const angles = mul(turns, 2 * Math.PI)
      return concat([sin(angles), cos(angles)], 1)
    }
    return { size: 2 * width, waves }
  }
  if (config.time_embedding_type === 'learned') {
    const table = own.table('time_proj.weight', [config.num_train_timesteps!, width], { deviation: 1 })
    return { size: width, waves: (timestep) => gather(table, cast(timestep, 'int32')) }
  }
  return { size: width, waves: (timestep) => positional(timestep, width, config) }
}

/** `sin(t · 10000^(−i / (n − shift)))` and its cosines, i from 0 to n − 1. */
function positional(timestep: Tensor, width: number, { freq_shift: shift, flip_sin_to_cos }: FullUnet2DConfig): Tensor {
  const half = Math.floor(width / 2)
  const frequencies = exp(mul(range(0, half), -Math.log(10_000) / (half - shift)))
  const angles = mul(reshape(cast(timestep, 'float32'), [-1, 1]), reshape(frequencies, [1, half]))
  const waves = flip_sin_to_cos ? [cos(angles), sin(angles)] : [sin(angles), cos(angles)]
  const both = concat(waves, 1)
  return width % 2 === 0 ? both : concat([both, zeros([both.shape[0], 1])], 1)
}

function twoLayers(own: Parameters, inputs: number, size: number): (x: Tensor) => Tensor {
  const first = own.linear('linear_1', inputs, size)
  const second = own.linear('linear_2', size, size)
  return (x) => second(activate.silu(first(x)))
}

interface ClassVectorOptions {
  readonly waveCount: number
  readonly waves: (timestep: Tensor) => Tensor
  readonly size: number
}

function classVector(
  own: Parameters,
  config: FullUnet2DConfig,
  { waveCount, waves, size }: ClassVectorOptions,
): ((label: Tensor | undefined) => Tensor) | undefined {
  const where = 'convert.unet2D'
  const needed = (label: Tensor | undefined): Tensor => {
    if (label !== undefined) return label
    throw refusal('config', where, { expected: 'a class for each row, which the network is told', got: 'none' })
  }
  if (config.class_embed_type === 'identity') {
    return (label) => {
      assertShape(where, 'label', needed(label), [null, size])
      return label!
    }
  }
  if (config.class_embed_type === 'timestep') {
    const layers = twoLayers(own.at('class_embedding'), waveCount, size)
    return (label) => layers(waves(needed(label)))
  }
  if (config.num_class_embeds === null) return undefined
  const table = own.table('class_embedding.weight', [config.num_class_embeds, size], { deviation: 1 })
  return (label) => gather(table, cast(needed(label), 'int32'))
}
