/** What the page of the flow shows: every layer's work, the density, and one point's sum. @module */
import { key } from '@gen/backend'
import type { Toy } from '@gen/data'
import type { Bijector, Flow } from '@gen/flows'
import {
  concat,
  exp,
  mean,
  type NamedTensorMap,
  neg,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { cells } from '../cells.ts'
import { planeData } from '../data.ts'
import { densityField } from '../plane.ts'
import { readAll } from '../read-all.ts'
import { readTensor } from '../recorded.ts'
import type { FlowSettings } from './settings.ts'
import { bound, gridBound, gridSide } from './view.ts'

/** Points shown, and points over which means are taken. */
const count = 400
const tested = 1000
const keys = { data: key(101), test: key(105), samples: key(106) }

/** What is fixed as long as the data are. */
interface Truth {
  readonly toy: Toy
  readonly data: Float32Array
  readonly test: Float32Array
  /** The least mean of −log p that a model could have on them. */
  readonly entropy: number
  readonly density: Float32Array<ArrayBuffer>
}

/** A view of a flow; the wish's probe is a point of the plane. */
export function view(
  model: Flow,
  layers: readonly Bijector[],
): (settings: FlowSettings, wish: Wish) => Promise<Pictures> {
  let truth: Truth | undefined
  let known = ''
  return async (settings, { resolution, layers: shown, probe = [], numbers = true }) => {
    const name = settings.data + settings.drawing
    if (!truth || known !== name) truth = await truthOf(planeData(settings))
    known = name
    const { toy, data, density, test, entropy } = truth
    const at = [probe[0] ?? 0, probe[1] ?? 0]
    const grid = shown.includes('grid') ? cells(gridSide, gridBound) : new Float32Array()
    const tensors = tidy(() => {
      const own = tensor2d(at, [1, 2])
      const wanted: NamedTensorMap & ReturnType<typeof pass> & { own: Tensor; real: Tensor } = {
        ...pass(layers, Float32Array.from([...data, ...grid, ...at])),
        own: model.logProb(own),
        real: toy.logDensity(own),
      }
      if (shown.includes('density')) wanted.density = modelField(model, resolution)
      if (shown.includes('samples')) wanted.samples = model.sample(count, keys.samples)
      if (numbers) wanted.loss = neg(mean(model.logProb(tensor2d(test, [tested, 2]))))
      return wanted
    })
    const { own, real, loss, ...arrays } = await readAll(tensors)
    const sums = {
      ...{ x: at[0]!, y: at[1]!, points: count, grid: grid.length / 2, true: real[0]! },
      base: own[0]! - arrays.logDets.reduce((sum, value) => sum + value, 0),
    }
    return {
      arrays: { ...arrays, truth: density.slice() },
      numbers: { ...sums, ...(loss && { loss: loss[0]!, entropy }) },
    }
  }
}

/** Points after each layer, one after the other, and log|det| of each layer at the last point. */
function pass(layers: readonly Bijector[], start: Float32Array): { states: Tensor; logDets: Tensor } {
  const rows = start.length / 2
  const states: Tensor2D[] = [tensor2d(start, [rows, 2])]
  const logDets: Tensor1D[] = []
  for (const layer of layers) {
    const { value, logDet } = layer.forward(states.at(-1)!)
    states.push(value as Tensor2D)
    logDets.push(slice(logDet, rows - 1, 1))
  }
  return { states: concat(states), logDets: concat(logDets) }
}

function modelField(model: Flow, side: number): Tensor {
  const logs = model.logProb(tensor2d(cells(side, bound), [side ** 2, 2]))
  return exp(reshape(logs, [-1]))
}

async function truthOf(toy: Toy): Promise<Truth> {
  const test = toy.draw(tested, keys.test).points
  const onAverage = tidy(() => neg(mean(toy.logDensity(tensor2d(test, [tested, 2])))))
  const [entropy] = await readTensor(onAverage)
  onAverage.dispose()
  const density = await densityField(toy, 72, bound)
  return { toy, data: toy.draw(count, keys.data).points, test, entropy: entropy!, density }
}
