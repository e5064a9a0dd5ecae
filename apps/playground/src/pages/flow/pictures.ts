/** What the page of the flow shows: every layer's work, the density, and one point's sum. @module */
import { key } from '@gen/backend'
import type { Toy } from '@gen/data'
import type { Bijector, Flow } from '@gen/flows'
import { concat, mean, neg, reshape, slice, type Tensor1D, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { cells } from '../cells.ts'
import { planeData } from '../data.ts'
import { densityField } from '../plane.ts'
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
export function view(model: Flow, layers: readonly Bijector[]): (settings: FlowSettings, wish: Wish) => Pictures {
  let truth: Truth | undefined
  let known = ''
  return (settings, { resolution, layers: shown, probe = [], numbers = true }) => {
    const name = settings.data + settings.drawing
    if (!truth || known !== name) truth = truthOf(planeData(settings))
    known = name
    const { toy, data, density, test, entropy } = truth
    return tidy(() => {
      const at = [probe[0] ?? 0, probe[1] ?? 0]
      const grid = shown.includes('grid') ? cells(gridSide, gridBound) : new Float32Array()
      const start = Float32Array.from([...data, ...grid, ...at])
      const { states, logDets } = pass(layers, start)
      const arrays: Pictures['arrays'] = {
        states,
        logDets,
        truth: density.slice(),
        ...(shown.includes('density') && { density: modelField(model, resolution) }),
        ...(shown.includes('samples') && { samples: read(model.sample(count, keys.samples)) }),
      }
      const point = { x: at[0]!, y: at[1]! }
      const own = tensor2d(at, [1, 2])
      const sums = {
        ...{ ...point, points: count, grid: grid.length / 2 },
        base: model.logProb(own).dataSync()[0]! - logDets.reduce((sum, value) => sum + value, 0),
        true: toy.logDensity(own).dataSync()[0]!,
      }
      const loss = numbers
        ? { loss: neg(mean(model.logProb(tensor2d(test, [tested, 2])))).dataSync()[0]!, entropy }
        : {}
      return { arrays, numbers: { ...sums, ...loss } }
    })
  }
}

/** Points after each layer, one after the other, and log|det| of each layer at the last point. */
function pass(
  layers: readonly Bijector[],
  start: Float32Array,
): { states: Float32Array<ArrayBuffer>; logDets: Float32Array<ArrayBuffer> } {
  const rows = start.length / 2
  const states: Tensor2D[] = [tensor2d(start, [rows, 2])]
  const logDets: Tensor1D[] = []
  for (const layer of layers) {
    const { value, logDet } = layer.forward(states.at(-1)!)
    states.push(value as Tensor2D)
    logDets.push(slice(logDet, rows - 1, 1))
  }
  return { states: read(concat(states)), logDets: read(concat(logDets)) }
}

function modelField(model: Flow, side: number): Float32Array<ArrayBuffer> {
  const logs = model.logProb(tensor2d(cells(side, bound), [side ** 2, 2]))
  return read(reshape(logs, [-1])).map(Math.exp)
}

function truthOf(toy: Toy): Truth {
  const test = toy.draw(tested, keys.test).points
  const entropy = tidy(() => neg(mean(toy.logDensity(tensor2d(test, [tested, 2])))).dataSync()[0]!)
  return { toy, data: toy.draw(count, keys.data).points, test, entropy, density: densityField(toy, 72, bound) }
}

function read(tensor: { dataSync(): ArrayLike<number> }): Float32Array<ArrayBuffer> {
  return Float32Array.from(tensor.dataSync())
}
