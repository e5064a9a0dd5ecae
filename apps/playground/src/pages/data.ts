/** The data of the plane that pages offer. @module */
import { drawn, gaussianGrid, gaussianRing, type Toy, toy } from '@gen/data'
import { readDrawing } from '../run/drawing.ts'
import type { ChoiceField, DrawingField } from '../run/fields.ts'

/** The names of data in the plane. */
export type PlaneData = 'ring' | 'grid' | 'moons' | 'spirals' | 'checkerboard' | 'pinwheel' | 'drawn'

/** The fields that say which data. */
export type DataFields = {
  readonly data: ChoiceField<PlaneData>
  readonly drawing: DrawingField
}

/** Their table. */
export const dataFields: DataFields = {
  data: {
    kind: 'choice',
    label: 'Data',
    initial: 'ring',
    options: {
      ring: 'Ring of 8',
      grid: 'Grid of 9',
      moons: 'Moons',
      spirals: 'Spirals',
      checkerboard: 'Checkers',
      pinwheel: 'Pinwheel',
      drawn: 'Draw …',
    },
    when: 'live',
  },
  drawing: { kind: 'drawing', label: 'Your drawing', initial: 'Rqfpcmhc', when: 'live' },
}

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
