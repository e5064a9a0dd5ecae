/** A row that is one training step: forward, loss, backward, AdamW, and the losses read. @module */
import { adamW } from '@gen/train'
import {
  keep,
  type Scalar,
  type Tensor,
  tensor,
  tensor1d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import type { PeerTask, Row, Work } from '../row.ts'
import { type Spec, valuesOf } from '../spec.ts'
import { type JaxLoss, jaxStep } from './jax-step.ts'
import { type Named, parameterSpecs } from './parameters.ts'

/** Who trains what, in turn. */
export interface StepPlayer {
  /** Its variables' names begin with this. */
  readonly prefix: string
  loss(): Scalar
}

/** A model that is ready to train on the inputs. */
export interface StepModel {
  /** Everything that trains, under the names that the peer's model uses. */
  readonly variables: readonly Named[]
  readonly players: readonly StepPlayer[]
}

/** What {@link trainingStep} needs. */
export interface TrainingStep {
  id: string
  name: string
  inputs: Readonly<Record<string, Spec>>
  build(inputs: Readonly<Record<string, Tensor>>): StepModel
  /** The loss on jax-js, of a model with one player. */
  jax?: JaxLoss
  /** The peer's function. */
  task: string
  attributes?: Readonly<Record<string, unknown>>
  /** @default 1e-3 */
  learningRate?: number
}

const weightDecay = 0.01

/** Makes the row. The losses of the first three steps are compared, so values, gradients and updates are. */
export function trainingStep({
  id,
  name,
  inputs,
  build,
  jax,
  task,
  learningRate = 1e-3,
  attributes,
}: TrainingStep): Row {
  const peer = (): PeerTask => {
    const tensors = tensorsOf(inputs)
    const { variables } = build(tensors)
    const parameters = parameterSpecs(variables)
    for (const one of [...Object.values(tensors), ...variables.map(({ variable }) => variable)]) one.dispose()
    return { task, inputs, parameters, attributes: { ...attributes, learningRate, weightDecay } }
  }
  return {
    ...{ id, name, group: 'steps', gradient: true, warmUps: 3 },
    tfjs: () => work(inputs, build, learningRate),
    ...(jax && { jax: () => jaxStep(peer(), jax) }),
    peer,
  }
}

function work(inputs: TrainingStep['inputs'], build: TrainingStep['build'], learningRate: number): Work<Tensor> {
  const tensors = tensorsOf(inputs)
  const { variables, players } = build(tensors)
  const specs = parameterSpecs(variables)
  for (const { name, variable } of variables)
    tidy(() => variable.assign(tensor(valuesOf(specs[name]!), variable.shape)))
  const trainers = players.map(({ prefix, loss }) => {
    const own = variables.filter(({ name }) => name.startsWith(prefix)).map(({ variable }) => variable)
    return trainer(own, loss, learningRate)
  })
  return {
    run: () => [tensor1d(trainers.map(({ step }) => step()))],
    dispose: () => {
      for (const { dispose } of trainers) dispose()
      for (const one of [...Object.values(tensors), ...variables.map(({ variable }) => variable)]) one.dispose()
    },
  }
}

function tensorsOf(inputs: TrainingStep['inputs']): Record<string, Tensor> {
  const entries = Object.entries(inputs)
  return Object.fromEntries(entries.map(([name, spec]) => [name, tensor(valuesOf(spec), [...spec.shape])]))
}

/** Descends a loss; `step` gives its value before the update. */
function trainer(variables: Variable[], loss: () => Scalar, learningRate: number): { step(): number; dispose(): void } {
  const optimizer = adamW({ learningRate, weightDecay })
  let slots = optimizer.init(variables)
  let count = 0
  const disposeSlots = () => {
    for (const slot of Object.values(slots).flat()) slot.dispose()
  }
  const step = () => {
    const { value, grads } = variableGrads(loss, variables)
    const gradients = variables.map(({ name }) => grads[name]!)
    const circumstances = { learningRate, step: ++count, gradientScale: 1 }
    const next = optimizer.update(variables, gradients, slots, circumstances)
    next.values.forEach((values, i) => {
      variables[i]!.assign(values)
    })
    for (const slot of Object.values(next.slots).flat()) keep(slot)
    disposeSlots()
    slots = next.slots
    return value.dataSync()[0]!
  }
  return { step: () => tidy(step), dispose: disposeSlots }
}
