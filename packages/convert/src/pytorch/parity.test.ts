/** Parity with PyTorch on the files that are written: fixtures/pytorch/run.py. */
import { readFileSync } from 'node:fs'
import { fold, type Key, key, normal, split, uniform, useBackend } from '@gen/backend'
import type { Diffusion } from '@gen/diffusion'
import type { ImageFlow } from '@gen/flows'
import type { Gan } from '@gen/gan'
import { decodeSafetensors } from '@gen/io'
import { readWeights, writeWeights } from '@gen/train'
import type { Vae } from '@gen/vae'
import {
  add,
  div,
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
  transpose,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { LayersModel } from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { modelFromPytorch, modelToPytorch, type PytorchWritable } from '../index.ts'
import { byFormula, numbers } from '../testing/numbers.ts'
import { diffusionCases, otherCases } from '../testing/pytorch-cases.ts'
import { fromPeer } from '../weights/named-weight.ts'
import { type NetworkClass, networkClass, type PythonInput } from './network-class.ts'
import { pythonModel } from './python-model.ts'

const fixtures = new URL('../../../../fixtures/pytorch/', import.meta.url)
const snapshot = (name: string, file: string) => `../../../../fixtures/pytorch/${name}/${file}`

/** What PyTorch gave: results by the name of the part that was called, and losses. */
interface Given {
  readonly outputs: Record<string, number[]>
  readonly losses: number[]
  /** Of a network that sees its own first estimate. */
  readonly glanced?: number[]
  readonly alphas: number[]
  /** Share of the rows of which nothing is told. */
  readonly forgotten?: number
}
const given = JSON.parse(readFileSync(new URL('outputs.json', fixtures), 'utf8')) as Record<string, Given>

beforeAll(async () => {
  await useBackend('cpu')
})

/** An argument of a call. */
interface Argument extends PythonInput {
  /** Whether its numbers are in [0, 1]. */
  readonly isWithin?: boolean
  /** Numbers that follow no formula, such as noise that was drawn here. */
  readonly values?: readonly number[]
}

/** The numbers of an argument, as run.py has them. */
function argument({ name, shape, isInteger, isWithin, values }: Argument, tokens: number): number[] {
  if (values) return [...values]
  const size = shape.reduce<number>((product, n) => product * (n ?? 8), 2)
  if (isWithin) return [...numbers(name, size, 0.5)].map((n) => 0.5 + n)
  if (name === 'alpha') return [0.2, 0.8]
  if (isInteger) return Array.from({ length: size }, (_, i) => i % (shape.length === 0 ? 2 : tokens))
  return [...numbers(name, size, 1.7)]
}

/** Channels last. */
function ours(values: number[], shape: readonly (number | null)[], isAlike = false): Tensor {
  const sizes = [2, ...shape.map((n) => n ?? 8)]
  const first = tensor(values, sizes, isAlike && values.every(Number.isInteger) ? 'int32' : 'float32')
  return sizes.length < 3 || isAlike ? first : transpose(first, [0, ...sizes.slice(2).map((_, i) => i + 2), 1])
}

/** Told of images and of points: what is told of signals is a signal. */
const isSequence = ({ name, shape }: PythonInput, [x]: readonly PythonInput[]) =>
  name === 'context' && shape.length === 2 && x!.shape.length !== 2

interface Part {
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

function partsOf(model: PytorchWritable, { inputs }: NetworkClass): Part[] {
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

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

let made: { dispose(): void }[] = []
afterEach(() => {
  for (const model of made) model.dispose()
  made = []
})

describe.each(Object.entries({ ...diffusionCases, ...otherCases }))('%s', (name, make) => {
  it('is written as kept, and gives what PyTorch gives with it', async () => {
    const model = make()
    made.push(model)
    const module = pythonModel(model)
    fromPeer('test', module.weights, byFormula(module.weights))
    const files = await modelToPytorch(model)
    const parts = partsOf(model, module)
    const tokens = 'size' in model ? model.size + 1 : 2
    const calls = parts.map(({ call, inputs }) => ({
      call,
      inputs,
      tokens,
    }))
    await expect(text(files['model.py'])).toMatchFileSnapshot(snapshot(name, 'model.py'))
    await expect(`${JSON.stringify(calls, null, 2)}\n`).toMatchFileSnapshot(snapshot(name, 'calls.json'))
    if (files['train.py']) await expect(text(files['train.py'])).toMatchFileSnapshot(snapshot(name, 'train.py'))
    for (const { call, inputs, run } of parts) {
      const output = tidy(() => {
        const tensors = inputs.map((input) =>
          ours(argument(input, tokens), input.shape, input.isInteger || isSequence(input, inputs)),
        )
        return run(tensors).dataSync()
      })
      const expected = given[name]!.outputs[call]!
      const size = Math.hypot(...expected) / Math.sqrt(expected.length)
      expect(size).toBeGreaterThan(1e-3)
      expect(output, call).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-5 * size })
    }
  })

  it('gen → PyTorch → gen gives the same bits', async () => {
    const model = make()
    made.push(model)
    const files = await modelToPytorch(model)
    const again = await modelFromPytorch(files)
    const other = make()
    made.push(other)
    // Zeros first, so that nothing but the file can bring the numbers back.
    for (const variable of other.variables()) tidy(() => variable.assign(zerosLike(variable)))
    writeWeights(other, decodeSafetensors(again['model.safetensors']!).tensors)
    expect(await readWeights(other)).toEqual(await readWeights(model))
    expect(JSON.parse(text(again['config.json'])).model).toEqual(JSON.parse(JSON.stringify(model.config)))
  })
})

/** What is told of two rows beside x and α, as train.py gives it to the network. */
function toldTensors(model: Diffusion, inputs: readonly PythonInput[]): object {
  const { classes, range, selfConditioning } = model.config
  const context = inputs.find(({ name }) => name === 'context')
  const channels = (context?.shape[0] ?? 0) - (selfConditioning ? (inputs[0]!.shape[0] ?? 0) : 0)
  const labels = classes > 0 && { labels: tensor1d([0, 1], 'int32') }
  if (!context || channels === 0) return { ...labels }
  const shape = [channels, ...context.shape.slice(1)]
  const size = shape.reduce<number>((product, n) => product * (n ?? 8), 2)
  const seen = ours([...numbers('context', size, 1.7)], shape, isSequence(context, inputs))
  // Images that are told of go from [0, 1] to [-1, 1].
  const given = range && seen.rank === 4 ? div(add(seen, 1), 2) : seen
  return { ...labels, condition: { context: given } }
}

/** Of some results the one that is least away. */
function nearest(found: readonly ArrayLike<number>[], [a = 0, b = 0]: readonly number[]): ArrayLike<number> {
  const away = (one: ArrayLike<number>) => Math.abs(one[0]! - a) + Math.abs(one[1]! - b)
  return found.reduce((best, one) => (away(one) < away(best) ? one : best))
}

/** Numbers that training draws, as our key draws them: by the names of train.py, with their shapes there. */
function drawnNoise(model: PytorchWritable, k: Key): Record<string, { shape: number[]; values: number[] }> {
  const listed = (draw: () => Tensor) =>
    tidy(() => {
      const drawn = draw()
      const first = drawn.rank === 4 ? transpose(drawn, [0, 3, 1, 2]) : drawn
      return { shape: first.shape, values: [...first.dataSync()] }
    })
  if ('bitsPerDim' in model) {
    const [forNoise] = split(k)
    const { config, latentSize, shape } = model as unknown as ImageFlow
    const isLearned = config.dequantizer.kind === 'variational'
    return {
      noise: listed(() => (isLearned ? normal(forNoise!, [2, latentSize]) : uniform(forNoise!, [2, ...shape]))),
    }
  }
  if (model.config.kind === 'gan') {
    const { config, latentSize, shape } = model as unknown as Gan
    const [forLatent] = split(k)
    const options = config.latent === 'uniform' ? { min: -1, max: 1 } : {}
    const drawZ = () => (config.latent === 'uniform' ? uniform : normal)(forLatent!, [2, latentSize], options)
    const [penalty] = config.penalties
    const forPenalty = fold(k, 10)
    return {
      z: listed(drawZ),
      ...(penalty?.kind === 'gradientPenalty' && {
        drawn: listed(() => uniform(forPenalty, [2, ...shape.map(() => 1)])),
      }),
      ...(penalty?.kind === 'dragan' && { drawn: listed(() => normal(forPenalty, [2, ...shape])) }),
    }
  }
  if (model.config.kind !== 'vae') return {}
  const [forCodes, forDivergence] = split(k, 3)
  const { config, latentSize, shape } = model as unknown as Vae
  const { kind, draws = 1, penalty } = config.divergence as { kind: string; draws?: number; penalty?: string }
  const isDrawn = kind === 'mmd' || penalty === 'gradient'
  return {
    ...(config.posterior.kind === 'normal' && { eps: listed(() => normal(forCodes!, [draws * 2, latentSize])) }),
    ...(isDrawn && { drawn: listed(() => normal(forDivergence!, kind === 'mmd' ? [2, latentSize] : [2, ...shape])) }),
  }
}

/** All but images that are augmented by numbers which nobody can give to train.py. */
const trained = Object.entries(otherCases).filter(([name]) => /^(vae|flow|gan)/.test(name) && name !== 'gan-augmented')

describe.each(trained)('%s', (name, make) => {
  it('has the loss that train.py has, within 1e-4', async () => {
    const model = make()
    made.push(model)
    const { weights, inputs } = pythonModel(model)
    fromPeer('test', weights, byFormula(weights))
    const shape = model.shape.length === 1 ? model.shape : [...model.shape.slice(-1), ...model.shape.slice(0, -1)]
    const noise = { shape: [2, ...shape], drawn: drawnNoise(model, key(3)) }
    await expect(`${JSON.stringify(noise)}\n`).toMatchFileSnapshot(snapshot(name, 'noise.json'))
    const size = shape.reduce<number>((product, n) => product * n, 2)
    const { classes, flow } = model.config as { classes?: number; flow?: { classes: number } }
    const context = inputs.find((input) => input.name === 'context')
    const losses = tidy(() => {
      const x = ours(
        [...numbers('data', size, 0.5)].map((n) => n + 0.5),
        shape,
      )
      const seen = (classes ?? flow?.classes ?? 0) === 0 && context ? argument(context, 0) : undefined
      const told = {
        ...((classes ?? flow?.classes ?? 0) > 0 && { labels: tensor1d([0, 1], 'int32') }),
        ...(seen && { condition: { context: ours(seen, context!.shape) } }),
      }
      return model.players.map((player) => player.loss({ x, ...told } as never, key(3)).total.dataSync()[0]!)
    })
    expect(losses).toBeAllClose(given[name]!.losses, { rtol: 1e-4 })
  })
})

describe.each(Object.entries(diffusionCases))('%s', (name, make) => {
  it('has the loss that train.py has, within 1e-4', async () => {
    const model = make()
    made.push(model)
    const { losses, glanced, alphas, forgotten = 0 } = given[name]!
    const { weights, inputs } = pythonModel(model)
    fromPeer('test', weights, byFormula(weights))
    const shape = inputs[0]!.shape
    const size = shape.reduce<number>((product, n) => product * (n ?? 8), 2)
    const lossAt = (seed: number) =>
      tidy(() => {
        const x = ours(
          [...numbers('data', size, 0.5)].map((n) => n + 0.5),
          shape,
        )
        const noise = ours([...numbers('eps', size, 1.7)], shape)
        const alpha = tensor1d([0.3, 0.7]) as Tensor1D
        return model.lossAt({ x, noise, ...toldTensors(model, inputs) }, alpha, key(seed)).dataSync()
      })
    // By its key a network looks twice or once, and is told or not.
    const found = Array.from({ length: glanced ? 8 : 1 }, (_, seed) => lossAt(seed))
    for (const expected of glanced ? [losses, glanced] : [losses]) {
      expect(nearest(found, expected)).toBeAllClose(expected, { rtol: 1e-4 })
    }
    if (glanced) expect(nearest(found, glanced)).not.toEqual(nearest(found, losses))
    const times = tidy(() => model.schedule.alpha(tensor1d([0, 0.25, 0.5, 0.75, 1])).dataSync())
    expect(times).toBeAllClose(alphas, { rtol: 1e-5, atol: 1e-6 })
    expect(glanced !== undefined).toBe(model.config.selfConditioning)
    // Of 1,000 rows, a little more or less.
    expect(Math.abs(forgotten - model.config.dropLabel)).toBeLessThan(0.04)
  })
})
