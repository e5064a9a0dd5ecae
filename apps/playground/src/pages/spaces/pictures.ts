/** What the page of two spaces shows: faces to pin, and faces on their way. @module */
import type { Pictures } from '../../trainer/lesson.ts'
import { type BothSpaces, picked, type Rows } from './codes.ts'
import { type FittedMap, imageErrors } from './maps.ts'
import { gallery, probes } from './view.ts'

/** A view of the maps. */
export function view(spaces: BothSpaces): (map: FittedMap) => Pictures {
  const { points, test, decode } = spaces
  const errors = imageErrors(spaces)
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
  return (map) => ({
    arrays: {
      ...Object.fromEntries(Object.entries(shown).map(([name, data]) => [name, data.slice()])),
      mapped: decode(first(map.there, probes)).data,
      nearest:
        map.support.length > 0 ? picked(points.images, map.neighbors.slice(0, probes)).data : new Float32Array(0),
      support: Float32Array.from(map.support),
    },
    numbers: { points: map.support.length, r2: map.r2, ...errors(map) },
  })
}
