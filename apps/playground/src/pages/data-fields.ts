/** Data of the plane, as settings. @module */
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
  drawing: {
    kind: 'drawing',
    label: 'Your drawing',
    initial: 'gqgsjxo0v01w4p1ivboVjQgMgKgMdQYVRbLiIpLwR0Y0dxgsgq',
    when: 'live',
  },
}
