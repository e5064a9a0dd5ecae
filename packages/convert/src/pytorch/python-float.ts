/** Floats as Python reads them. @module */

/** A number of ours as a float of Python. */
export function float(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : `${value}`
}
