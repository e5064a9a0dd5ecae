/** A distribution drawn by hand. @module */
import { refusal } from '@gen/backend'
import { type Curve, curveToy } from './curve.ts'
import type { CurveOptions } from './curves.ts'
import type { Strokes, Toy } from './toy.ts'

const where = 'data.drawn'

/** A straight line between two neighboring corners, and the length of all lines before it. */
interface Segment {
  readonly from: readonly [x: number, y: number]
  readonly to: readonly [x: number, y: number]
  readonly start: number
  readonly length: number
}

/**
 * A drawing as a distribution: points lie evenly along all lines, with Gaussian noise around them. The density is exact, as that
 * of the other curves: `∫ N(x; c(s), σ²I) ds / L` over the arc length s of lines of length L in all.
 *
 * @param strokes - Lines, each its corners in order; a line of one corner, or of no length, is a dot without weight.
 * @throws GenError `value` for coordinates that are not finite or beyond 1e4; `config` for lines that have no length at all;
 * `value` or `range` for a bad deviation.
 * @example
 * const cross = drawn([[[-2, 0], [2, 0]], [[0, -2], [0, 2]]])
 * cross.bound // 2.5
 */
export function drawn(strokes: Strokes, { deviation = 0.1 }: CurveOptions = {}): Toy {
  const segments = segmentsOf(strokes)
  const total = segments.reduce((sum, { length }) => sum + length, 0)
  if (total === 0) {
    throw refusal('config', where, {
      expected: 'lines that have a length',
      got: `${strokes.length} without`,
      remedy: 'draw from one point to another',
    })
  }
  const curve: Curve = {
    name: 'drawn',
    arms: 1,
    range: [0, total],
    extent: strokes.flat(2).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    corners: segments.slice(1).map(({ start }) => start),
    point: (_: number, s: number) => along(segmentAt(segments, s), s),
    density: () => 1 / total,
    quantile: (u: number) => total * u,
  }
  return curveToy(curve, deviation, { strokes })
}

function segmentsOf(strokes: Strokes): Segment[] {
  const bad = strokes.flat(2).find((value) => !(Math.abs(value) <= 1e4))
  if (bad !== undefined) {
    throw refusal('value', where, { expected: 'coordinates of strokes in [-1e4, 1e4]', got: bad })
  }
  const segments: Segment[] = []
  let start = 0
  for (const corners of strokes) {
    for (const [i, to] of corners.slice(1).entries()) {
      const from = corners[i]!
      const length = Math.hypot(to[0] - from[0], to[1] - from[1])
      if (length > 0) segments.push({ from, to, start, length })
      start += length
    }
  }
  return segments
}

/** The last segment that begins at s or before. */
function segmentAt(segments: readonly Segment[], s: number): Segment {
  let [low, high] = [0, segments.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (segments[middle]!.start <= s) low = middle
    else high = middle - 1
  }
  return segments[low]!
}

function along({ from, to, start, length }: Segment, s: number): readonly [number, number] {
  const share = Math.min(1, (s - start) / length)
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
}
