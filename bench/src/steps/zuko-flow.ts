/** zuko's flows, layer for layer and on its weights: a coupling spline flow and a MAF. @module */
import { type Key, key } from '@gen/backend'
import { type Flow, flow, maf, splineAutoregressive } from '@gen/flows'
import { mean, neg, type Scalar, type Tensor2D, tensor, tidy } from '@tensorflow/tfjs-core'
import type { PeerTask, Row } from '../row.ts'
import { type Spec, spec, valuesOf } from '../spec.ts'
import { type Named, parameterSpecs } from './parameters.ts'
import { trainingStep } from './training.ts'

const [features, layers, bins, hidden] = [8, 4, 8, [64, 64]]
/** Rows of a training step; of a density or a sample. */
const [batch, points] = [512, 8192]

interface PeerFlow {
  readonly id: string
  readonly name: string
  make(k: Key): Flow
}

/** Two passes make zuko's coupling: a masked network that sees half of the features. */
const flows: readonly PeerFlow[] = [
  {
    id: 'nsf',
    name: `coupling NSF, ${features}-D, ${layers} layers, ${bins} bins, hidden 64`,
    make: (k) => {
      const transforms = Array.from({ length: layers }, (_, i) => {
        const order = i % 2 === 0 ? 'ascending' : 'descending'
        return splineAutoregressive(features, { bins, hidden, order, passes: 2, key: k })
      })
      return flow({ transforms })
    },
  },
  {
    id: 'maf',
    name: `MAF, ${features}-D, ${layers} layers, hidden 64`,
    make: (k) => maf(features, { layers, hidden, key: k }),
  },
]

const attributes = { features, layers, bins, hidden }

function namedVariables(model: Flow): Named[] {
  return model.variables().map((variable, i): Named => {
    const [layer, part] = [Math.floor(i / 6), i % 6]
    return { name: `layer_${layer}/${part >> 1}/${part % 2 === 0 ? 'kernel' : 'bias'}`, variable }
  })
}

/** Training steps, then densities and samples of many points. */
export const zukoFlowRows: readonly Row[] = flows.flatMap((one) => [step(one), density(one), sampling(one)])

function step({ id, name, make }: PeerFlow): Row {
  return trainingStep({
    id: `${id}-step`,
    name: `${name}, batch ${batch}`,
    inputs: { x: spec([batch, features], 1) },
    build: ({ x }) => {
      const model = make(key(0))
      const loss = () => neg(mean(model.logProb(x as Tensor2D))) as Scalar
      return { variables: namedVariables(model), players: [{ prefix: '', loss }] }
    },
    task: `zuko_${id}_step`,
    attributes,
  })
}

function density({ id, name, make }: PeerFlow): Row {
  const evaluate = (model: Flow, x: Tensor2D) => [model.logProb(x)]
  return wholeFlow(`${id}-density`, `${name}: log-density of ${points}`, `zuko_${id}_density`, make, evaluate)
}

function sampling({ id, name, make }: PeerFlow): Row {
  const evaluate = (model: Flow, z: Tensor2D) => [model.decode(z)]
  return wholeFlow(`${id}-sampling`, `${name}: ${points} samples`, `zuko_${id}_sampling`, make, evaluate)
}

/** A row that evaluates a flow with given weights. */
function wholeFlow(
  id: string,
  name: string,
  task: string,
  make: PeerFlow['make'],
  evaluate: (model: Flow, x: Tensor2D) => Tensor2D[] | ReturnType<Flow['logProb']>[],
): Row {
  const x = spec([points, features], 1)
  const weightsOf = (model: Flow): Record<string, Spec> => parameterSpecs(namedVariables(model))
  const peer = (): PeerTask => {
    const model = make(key(0))
    const weights = weightsOf(model)
    model.dispose()
    return { task, inputs: { x, ...weights }, attributes }
  }
  const tfjs = () => {
    const model = make(key(0))
    const weights = weightsOf(model)
    for (const { name: weight, variable } of namedVariables(model)) {
      tidy(() => variable.assign(tensor(valuesOf(weights[weight]!), variable.shape)))
    }
    const input = tensor(valuesOf(x), [points, features]) as Tensor2D
    return {
      run: () => evaluate(model, input),
      dispose: () => {
        model.dispose()
        input.dispose()
      },
    }
  }
  return { id, name, group: 'ops', gradient: false, warmUps: 2, tfjs, peer }
}
