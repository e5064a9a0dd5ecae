/** What the page of many answers shows: all answers to one question, and their mean. @module */
import { key } from '@gen/backend'
import type { Toy } from '@gen/data'
import { concat, exp, fill, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { planeData } from '../data.ts'
import { readAll } from '../read-all.ts'
import type { Pair } from './recipe.ts'
import type { AnswersSettings } from './settings.ts'
import { bound, places } from './view.ts'

const shown = 400
const drawn = 200
const keys = { data: key(101), answers: key(102) }
const y = Float32Array.from({ length: places }, (_, i) => ((2 * i + 1) / places - 1) * bound)
const step = (2 * bound) / places

/** A view of both; the wish's probe is the question. */
export function view({ average, distribution }: Pair): (settings: AnswersSettings, wish: Wish) => Promise<Pictures> {
  let truth: { toy: Toy; data: Float32Array } | undefined
  let known = ''
  return async (settings, { probe = [0] }) => {
    const name = settings.data + settings.drawing
    if (!truth || known !== name) {
      const toy = planeData(settings)
      truth = { toy, data: toy.draw(shown, keys.data).points }
    }
    known = name
    const { toy, data } = truth
    const question = probe[0] ?? 0
    const tensors = tidy(() => {
      const column = (count: number) => fill([count, 1], question) as Tensor2D
      const across = tensor2d(y, [places, 1])
      return {
        answers: distribution.sample(drawn, keys.answers, { context: column(drawn) }),
        model: exp(distribution.logProb(across, { context: column(places) })),
        joint: exp(toy.logDensity(concat([column(places), across], 1) as Tensor2D)),
        average: average.apply(across),
        one: average.apply(column(1)),
      }
    })
    const { answers, model, joint, average: all, one } = await readAll(tensors)
    const mass = joint.reduce((sum, value) => sum + value * step, 0)
    const exact = mass > 1e-9 ? joint.map((value) => value / mass) : new Float32Array(places)
    return {
      arrays: { data: data.slice(), y: y.slice(), answers, model, exact, average: all },
      numbers: { question, average: one[0]!, ...numbersOf(exact, model, answers, one[0]!) },
    }
  }
}

/** How likely the average is as an answer, how likely answers are, and how far the model's odds are from the true ones. */
function numbersOf(
  exact: Float32Array,
  model: Float32Array,
  answers: Float32Array,
  average: number,
): Record<string, number> {
  if (exact.every((value) => value === 0)) return {}
  const at = (value: number) =>
    exact[Math.min(places - 1, Math.max(0, Math.floor((value / bound + 1) * (places / 2))))]!
  const top = Math.max(...exact)
  const typical = answers.reduce((sum, value) => sum + at(value), 0) / answers.length
  const upper = (density: Float32Array) => density.reduce((sum, value, i) => sum + (y[i]! > 0 ? value * step : 0), 0)
  return {
    meanLikely: at(average) / top,
    likely: typical / top,
    odds: upper(exact),
    modelOdds: answers.filter((value) => value > 0).length / answers.length,
    apart: (step / 2) * exact.reduce((sum, value, i) => sum + Math.abs(value - model[i]!), 0),
  }
}
