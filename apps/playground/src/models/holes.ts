/** Questions at random: which places of a picture are missing, and whether with their brightness. @module */
import { type Key, uniformArray } from '@gen/backend'
import { tensor4d } from '@tensorflow/tfjs-core'
import type { Known } from '../pages/fill/question.ts'
import { cells, pixels } from '../pages/fill/view.ts'

const drawsOfOne = 64

/** Holes in `count` pictures: of a share of them only the colors are missing. Row i depends on (key, i) alone. */
export function randomHoles(count: number, key: Key, colorsOnly = 0.5): Known {
  const draws = uniformArray(key, count, drawsOfOne)
  const [colors, brightness] = [new Float32Array(count * pixels ** 2), new Float32Array(count * pixels ** 2)]
  for (let row = 0; row < count; row++) {
    const stream = draws.subarray(row * drawsOfOne, (row + 1) * drawsOfOne).values()
    const next = () => stream.next().value ?? 0.5
    const onlyColors = next() < colorsOnly
    const hole = holeOf(next)
    for (let at = 0; at < pixels ** 2; at++) {
      const [y, x] = [Math.floor(at / pixels), at % pixels]
      const known = Number(!hole((x * cells) / pixels, (y * cells) / pixels))
      colors[row * pixels ** 2 + at] = known
      brightness[row * pixels ** 2 + at] = onlyColors ? 1 : known
    }
  }
  const image = (values: Float32Array) => tensor4d(values, [count, pixels, pixels, 1])
  return { colors: image(colors), brightness: image(brightness) }
}

type Hole = (x: number, y: number) => boolean

/** Everything, a half, a rectangle, or lines of a brush; in cells. */
function holeOf(next: () => number): Hole {
  const kind = next()
  if (kind < 0.15) return () => true
  if (kind < 0.35) return half(next)
  if (kind < 0.5) return rectangle(next)
  const lines = Array.from({ length: 1 + Math.floor(4 * next()) }, () => line(next))
  return (x, y) => lines.some((painted) => painted(x, y))
}

function half(next: () => number): Hole {
  const [side, cut] = [Math.floor(4 * next()), cells * (0.25 + 0.5 * next())]
  return (x, y) => [x < cut, x >= cut, y < cut, y >= cut][side]!
}

function rectangle(next: () => number): Hole {
  const [width, height] = [cells * (0.2 + 0.6 * next()), cells * (0.2 + 0.6 * next())]
  const [left, top] = [(cells - width) * next(), (cells - height) * next()]
  return (x, y) => x >= left && x < left + width && y >= top && y < top + height
}

/** A brush of 1 to 3 cells' radius along a line. */
function line(next: () => number): Hole {
  const [ax, ay, bx, by] = [next(), next(), next(), next()].map((u) => cells * u) as [number, number, number, number]
  const radius = 1 + 2 * next()
  const square = (bx - ax) ** 2 + (by - ay) ** 2
  return (x, y) => {
    const along = square > 0 ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square)) : 0
    return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)) < radius
  }
}
