/** The weights of a network under construction, by the names that PyTorch knows them by. @module */
import { claimWeights, fold, type Key, uniform } from '@gen/backend'
import {
  add,
  conv2d,
  matMul,
  mul,
  ones,
  reshape,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core'
import type { NamedWeight, WeightShape } from './named-weight.ts'

/** Makes weights, and remembers them under a prefix. */
export interface Parameters {
  /** The same under a longer prefix. */
  at(name: string | number): Parameters
  /** A convolution that keeps the size, or without padding where it has a stride. */
  convolution(name: string, shape: ConvolutionShape): (x: Tensor) => Tensor
  /** `x W + b` along the last axis. */
  linear(name: string, inputs: number, outputs: number): (x: Tensor) => Tensor
  /** Scale and offset of a normalization. */
  normalization(name: string, channels: number): Normalization
  /** Numbers to look up, of a deviation at first. */
  table(name: string, shape: readonly number[], options: TableOptions): Variable
}

/** Sizes of a convolution. */
export interface ConvolutionShape {
  readonly inputs: number
  readonly outputs: number
  readonly size: number
  /** @default 1 */
  readonly stride?: number
}

/** What a normalization multiplies by and adds, for each channel. */
export interface Normalization {
  readonly scale: Variable
  readonly offset: Variable
}

/** How a table begins. */
export interface TableOptions {
  readonly deviation: number
  /** @default true */
  readonly trainable?: boolean
}

/** The first numbers of a weight. */
export type Draw = (k: Key, shape: number[]) => Tensor

/** Makes one weight. */
export type WeightMaker = (weight: WeightShape, draw: Draw, trainable: boolean) => Variable

/** Where weights are made and listed. */
export interface DrawnWeightsOptions {
  /** The function that makes the network, for errors. */
  readonly where: string
  readonly key: Key
  /** Where they are listed, in the order in which they are made. */
  readonly into: NamedWeight[]
}

/** Makes weights by keys. */
export function drawnWeights({ where, key, into }: DrawnWeightsOptions): WeightMaker {
  return (weight, draw, trainable) => {
    claimWeights(where, weight.shape)
    const made = tidy(() => variable(draw(fold(key, into.length), [...weight.shape]), trainable))
    into.push({ ...weight, variable: made })
    return made
  }
}

/** Lists the weights that a network will have, and makes none: a network built with it must not be called. */
export function plannedWeights(into: WeightShape[]): WeightMaker {
  return (weight) => {
    into.push(weight)
    return undefined as unknown as Variable
  }
}

/** Weights at PyTorch's initial values: kernels and biases even within `±1/√(inputs of one output)`, normalizations as if not there. */
export function parameters(maker: WeightMaker, prefix = ''): Parameters {
  const make = (name: string, layout: WeightShape['layout'], shape: number[], draw: Draw, trainable = true) =>
    maker({ name: `${prefix}${name}`, layout, shape }, draw, trainable)
  return {
    at: (name) => parameters(maker, `${prefix}${name}.`),
    convolution(name, { inputs, outputs, size, stride = 1 }) {
      const draw = within(1 / Math.sqrt(inputs * size * size))
      const kernel = make(`${name}.weight`, 'convolution', [size, size, inputs, outputs], draw) as Tensor
      const bias = make(`${name}.bias`, 'same', [outputs], draw)
      const pad = stride === 1 ? 'same' : 'valid'
      return (x) => add(conv2d(x as Tensor4D, kernel as Tensor4D, stride, pad), bias)
    },
    linear(name, inputs, outputs) {
      const draw = within(1 / Math.sqrt(inputs))
      const kernel = make(`${name}.weight`, 'linear', [inputs, outputs], draw) as Tensor
      const bias = make(`${name}.bias`, 'same', [outputs], draw)
      return (x) => {
        const rows: Tensor2D = reshape(x, [x.size / inputs, inputs])
        return reshape(add(matMul(rows, kernel as Tensor2D), bias), [...x.shape.slice(0, -1), outputs])
      }
    },
    normalization: (name, channels) => ({
      scale: make(`${name}.weight`, 'same', [channels], (_, shape) => ones(shape)),
      offset: make(`${name}.bias`, 'same', [channels], (_, shape) => zeros(shape)),
    }),
    table: (name, shape, { deviation, trainable }) =>
      make(name, 'same', [...shape], within(deviation * Math.sqrt(3)), trainable),
  }
}

/** Even in [−bound, bound). */
function within(bound: number): Draw {
  return (k, shape) => mul(sub(uniform(k, shape), 0.5), 2 * bound)
}
