/** Values as the fixtures' JSON holds them. @module */

/** A value of a fixture: numbers as such, what JSON lacks (NaN, infinities, −0) and 64-bit integers as Python's text. */
export type FixtureValue = number | string | boolean

/** The number that a fixture's value stands for. */
export function fixtureNumber(value: FixtureValue): number {
  if (value === 'nan') return Number.NaN
  if (value === 'inf' || value === '-inf') return value === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  return Number(value)
}

/** A tensor of a fixture. */
export interface FixtureTensor {
  shape: number[]
  values: FixtureValue[]
  dtype?: string
}
