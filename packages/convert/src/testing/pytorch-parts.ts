/** Models' functions by their names in Python, and their arguments by formula. @module */
import { key, normal, split, uniform } from '@gen/backend'
import type { ImageFlow } from '@gen/flows'
import type { Vae } from '@gen/vae'
import { reshape, type Tensor, type Tensor2D, type Tensor4D, tensor, tidy, transpose } from '@tensorflow/tfjs-core'
import { LayersModel } from '@tensorflow/tfjs-layers'
import type { PytorchWritable } from '../index.ts'
import { type NetworkClass, networkClass, type PythonInput } from '../pytorch/network-class.ts'
import { numbers } from './numbers.ts'

/** An argument of a call. */
export interface Argument extends PythonInput {
  /** Whether its numbers are in [0, 1]. */
  readonly isWithin?: boolean
  /** Numbers that follow no formula, such as noise that was drawn here. */
  readonly values?: readonly number[]
}

/** The numbers of an argument, as run.py has them. */
export function argument({ name, shape, isInteger, isWithin, values }: Argument, tokens: number): number[] {
  if (values) return [...values]
  const size = shape.reduce<number>((product, n) => product * (n ?? 8), 2)
  if (isWithin) return [...numbers(name, size, 0.5)].map((n) => 0.5 + n)
  if (name === 'alpha') return [0.2, 0.8]
  if (isInteger) return Array.from({ length: size }, (_, i) => i % (shape.length === 0 ? 2 : tokens))
  return [...numbers(name, size, 1.7)]
}

/** Channels last. */
export function ours(values: number[], shape: readonly (number | null)[], isAlike = false): Tensor {
  const sizes = [2, ...shape.map((n) => n ?? 8)]
  const first = tensor(values, sizes, isAlike && values.every(Number.isInteger) ? 'int32' : 'float32')
  return sizes.length < 3 || isAlike ? first : transpose(first, [0, ...sizes.slice(2).map((_, i) => i + 2), 1])
}

/** Told of images and of points: what is told of signals is a signal. */
export const isSequence = ({ name, shape }: PythonInput, [x]: readonly PythonInput[]): boolean =>
  name === 'context' && shape.length === 2 && x!.shape.length !== 2

/** What is called on a model, here and there. */
export interface Part {
  readonly call: string
  readonly inputs: readonly Argument[]
  run(inputs: Tensor[]): Tensor
}

function layersPart(call: string, model: LayersModel): Part {
  const { inputs } = networkClass('Part', model, '')
  return {
    call,
    inputs,
    run: (tensors) => {
      const columns = tensors.map((x, i) => (inputs[i]!.shape.length === 0 ? reshape(x, [-1, 1]) : x))
      return model.apply(columns.length === 1 ? columns[0]! : columns) as Tensor
    },
  }
}

/** All that is called on a model of any family. */
export function partsOf(model: PytorchWritable, { inputs }: NetworkClass): Part[] {
  const { network, networks, parts } = model as { network?: object; networks?: object; parts?: object }
  const found: Record<string, unknown> = { '': network, ...networks, ...parts }
  const made = Object.entries(found).flatMap(([call, part]) => {
    const layers = typeof part === 'object' && part !== null && 'model' in part ? part.model : part
    return layers instanceof LayersModel ? [layersPart(call, layers)] : []
  })
  if (model.config.kind === 'vae') return [...made, ...vaeParts(model as unknown as Vae, inputs)]
  if (made.length > 0) return made
  if ('bitsPerDim' in model) return imageFlowParts(model as unknown as ImageFlow, inputs)
  if ('forward' in model && 'inverse' in model) return flowParts(model as unknown as FlowLike, inputs)
  const { denoise } = network as { denoise(x: Tensor, alpha: Tensor, condition: object): Tensor }
  return [
    {
      call: '',
      inputs,
      run: (tensors) => {
        const told = Object.fromEntries(inputs.map(({ name }, i) => [name, tensors[i]!]))
        return denoise(told.x!, told.alpha!, told)
      },
    },
  ]
}

/** From data to the mean of codes, and from codes to that of data. */
function vaeParts(model: Vae, [x, ...told]: readonly PythonInput[]): Part[] {
  const conditionOf = (all: Tensor[]) =>
    Object.fromEntries(told.map(({ name }, i) => [name === 'label' ? 'labels' : name, all[i + 1]!]))
  const codes = [{ name: 'z', shape: [model.latentSize], isInteger: false }, ...told]
  return [
    { call: 'encode', inputs: [x!, ...told], run: (all) => model.encode(all[0]!, conditionOf(all)) },
    { call: 'decode', inputs: codes, run: (all) => model.decode(all[0] as Tensor2D, conditionOf(all)) },
  ]
}

interface FlowLike {
  readonly domain: { readonly max: number }
  readonly size: number
  forward(x: Tensor, given: object): { value: Tensor; logDet: Tensor }
  inverse(z: Tensor, given: object): { value: Tensor }
  logProb(x: Tensor, given: object): Tensor
}

const contextOf = ([, context]: Tensor[]) => (context ? { context } : {})

function flowParts(flow: FlowLike, given: readonly PythonInput[]): Part[] {
  const inputs = given.map((input) => (input.name === 'x' ? { ...input, isWithin: flow.domain.max < 2 } : input))
  const codes = [{ name: 'z', shape: [flow.size], isInteger: false }, ...given.slice(1)]
  return [
    { call: 'forward', inputs, run: (all) => flow.forward(all[0]!, contextOf(all)).value },
    { call: 'to_data', inputs: codes, run: (all) => flow.inverse(all[0]!, contextOf(all)).value },
    { call: 'log_prob', inputs, run: (all) => flow.logProb(all[0]!, contextOf(all)) },
  ]
}

/** With the noise that our key draws, uniform in a pixel or normal for the flow that makes it. */
function imageFlowParts(model: ImageFlow, [x, ...told]: readonly PythonInput[]): Part[] {
  const { shape, latentSize, config } = model
  const [forNoise] = split(key(7))
  const isLearned = config.dequantizer.kind === 'variational'
  const noiseShape = isLearned ? [latentSize] : x!.shape
  const noise = tidy(() => {
    if (isLearned) return normal(forNoise!, [2, latentSize]).dataSync()
    return transpose(uniform(forNoise!, [2, ...shape]), [0, 3, 1, 2]).dataSync()
  })
  const inputs = [{ ...x!, isWithin: true }, ...told]
  const codes = [{ name: 'z', shape: [latentSize], isInteger: false }, ...told]
  const drawn = { name: 'noise', shape: noiseShape, isInteger: false, values: [...noise] }
  return [
    { call: 'forward', inputs, run: (all) => model.encode(all[0] as Tensor4D, contextOf(all)) },
    { call: 'to_data', inputs: codes, run: (all) => model.decode(all[0] as Tensor2D, contextOf(all)) },
    {
      call: 'log_prob',
      inputs: [...inputs, drawn],
      run: (all) => model.logProb(all[0] as Tensor4D, { key: key(7), ...contextOf(all.slice(0, 1 + told.length)) }),
    },
  ]
}
