/** What the page of two spaces shows: faces to pin, and faces on their way. @module */
import type { Pictures } from '../../trainer/lesson.ts'
import { type BothSpaces, picked, type Rows } from './codes.ts'
import type { FittedMap } from './maps.ts'
import { gallery, probes } from './view.ts'

/** A view of the maps. */
export function view({ points, test, decode }: BothSpaces): (map: FittedMap) => Pictures {
  const first = (rows: Rows, count: number) =>
    picked(
      rows,
      Array.from({ length: count }, (_, i) => i),
    )
  const shown = {
    gallery: first(points.images, gallery).data,
    original: first(test.images, probes).data,
    own: decode(first(test.b, probes)).data,
  }
  return ({ support, there, neighbors, mapped, target, nearest, meanImage, r2 }) => ({
    arrays: {
      ...Object.fromEntries(Object.entries(shown).map(([name, data]) => [name, data.slice()])),
      mapped: decode(first(there, probes)).data,
      nearest: support.length > 0 ? picked(points.images, neighbors.slice(0, probes)).data : new Float32Array(0),
      support: Float32Array.from(support),
    },
    numbers: { points: support.length, mapped, target, nearest, meanImage, r2 },
  })
}
