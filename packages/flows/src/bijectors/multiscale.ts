/** Multiscale architectures. @module */
import { refusal } from '@gen/backend'
import { add, concat, reshape, slice, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import type { Bijector, Given, Transformed } from './bijector.ts'
import { commonContext, foldKey } from './chain.ts'
import { defineBijector } from './define-bijector.ts'
import { channelsOf, flattenEvents, noVolume, sameShape, sizeOf } from './shape.ts'

/**
 * Chains levels, and after each but the last sets half of the channels aside, finished: `[h, w, c]` → `[h·w·c]`, the
 * set-aside halves in order, then the last level's result.
 *
 * Level i + 1 takes what level i gives, with half of its channels.
 *
 * @throws GenError `config` for levels that do not fit.
 * @see Density estimation using Real NVP (Dinh et al., 2016) https://arxiv.org/abs/1605.08803
 * @example
 * const layers = multiscale([squeezeImage([8, 8, 1]), squeezeImage([4, 4, 2])]) // to [64]
 */
export function multiscale(levels: readonly Bijector[]): Bijector {
  assertFits(levels)
  const shape = levels[0]!.shape
  return defineBijector({
    config: { kind: 'multiscale', shape, levels: levels.map(({ config }) => config) },
    outputShape: [sizeOf(shape)],
    domain: levels[0]!.domain,
    check: false,
    context: commonContext('flows.multiscale', levels),
    variables: () => levels.flatMap((level) => level.variables()),
    forward: (x, given) => forward(levels, x, given),
    inverse: (y, given) => backward(levels, y, given),
    initialize: (x, given) => {
      let h = x
      for (const [i, level] of levels.entries()) {
        level.initialize(h, foldKey(given, i))
        if (i < levels.length - 1) h = halve(level.forward(h, foldKey(given, i)).value)[0]
      }
    },
  })
}

function forward(levels: readonly Bijector[], x: Tensor, given: Given): Transformed {
  const finished: Tensor[] = []
  let h = x
  let logDet: Tensor1D = noVolume(x)
  for (const [i, level] of levels.entries()) {
    const next = level.forward(h, foldKey(given, i))
    logDet = add(logDet, next.logDet)
    if (i === levels.length - 1) finished.push(flattenEvents(next.value))
    else {
      const [goesOn, isDone] = halve(next.value)
      finished.push(flattenEvents(isDone))
      h = goesOn
    }
  }
  return { value: concat(finished, 1), logDet }
}

function backward(levels: readonly Bijector[], y: Tensor, given: Given): Transformed {
  const batch = y.shape[0]
  let logDet: Tensor1D = noVolume(y)
  let h: Tensor | undefined
  let end = y.shape[1] as number
  for (const [i, level] of [...levels.entries()].reverse()) {
    const { outputShape } = level
    const isLast = h === undefined
    const own = isLast ? outputShape : [...outputShape.slice(0, -1), channelsOf(outputShape) / 2]
    const piece: Tensor = reshape(slice(y, [0, end - sizeOf(own)], [-1, sizeOf(own)]), [batch, ...own])
    end -= sizeOf(own)
    const next = level.inverse(h === undefined ? piece : concat([h, piece], own.length), foldKey(given, i))
    logDet = add(logDet, next.logDet)
    h = next.value
  }
  return { value: h as Tensor, logDet }
}

/** The half that goes on, and the half that is finished. */
function halve(x: Tensor): [goesOn: Tensor, isDone: Tensor] {
  const half = channelsOf(x.shape) / 2
  const lead = x.shape.slice(0, -1)
  const zeros = lead.map(() => 0)
  return [slice(x, [...zeros, 0], [...lead, half]), slice(x, [...zeros, half], [...lead, half])]
}

function assertFits(levels: readonly Bijector[]): void {
  if (levels.length === 0) throw refusal('config', 'flows.multiscale', { expected: 'at least one level', got: 'none' })
  for (const [i, level] of levels.entries()) {
    const previous = levels[i - 1]?.outputShape
    if (!previous) continue
    const half = [...previous.slice(0, -1), channelsOf(previous) / 2]
    if (sameShape(half, level.shape)) continue
    const expected = `level ${i} to take half of the channels of [${previous.join(', ')}]`
    throw refusal('config', 'flows.multiscale', { expected, got: `[${level.shape.join(', ')}]` })
  }
}
