/** Data of the plane, as distributions. @module */
import { drawn, gaussianGrid, gaussianRing, type Toy, toy } from '@gen/data'
import { readDrawing } from '../run/drawing.ts'
import type { PlaneData } from './data-fields.ts'

/** The distribution of a page's settings. */
export function planeData({ data, drawing }: { readonly data: PlaneData; readonly drawing: string }): Toy {
  if (data === 'ring') return gaussianRing({ deviation: 0.15 })
  if (data === 'grid') return gaussianGrid({ side: 3, deviation: 0.12 })
  if (data !== 'drawn') return toy(data)
  const strokes = readDrawing(drawing)
  return strokes.length > 0
    ? drawn(strokes, { deviation: 0.12 })
    : gaussianRing({ modes: 1, radius: 1e-3, deviation: 0.3 })
}
