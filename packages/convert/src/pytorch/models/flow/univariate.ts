/** What flows do to each number, by configs. @module */
import * as v from 'valibot'
import type { PythonText } from '../../written-layer.ts'
import { univariateTexts } from './univariate-texts.ts'

/** A univariate function's config. */
export interface UnivariateConfig {
  readonly kind: 'additive' | 'affine' | 'spline'
  readonly [option: string]: unknown
}

/** Reads it. */
export const univariate: v.GenericSchema<UnivariateConfig> = v.looseObject({
  kind: v.picklist(['additive', 'affine', 'spline']),
})

/** A univariate function in Python. */
export interface WrittenUnivariate {
  readonly module: string
  readonly text: PythonText
  /** For each number. */
  readonly parameters: number
}

/** The function of a config. */
export function univariateOf({ kind, ...of }: UnivariateConfig): WrittenUnivariate {
  const text = univariateTexts[kind]
  const options = Object.entries(of).map(([name, value]) => `${name}=${Number(value)}`)
  return { module: `${text.name}(${options.join(', ')})`, text, parameters: parametersOf(kind, of) }
}

function parametersOf(kind: keyof typeof univariateTexts, { bins }: Readonly<Record<string, unknown>>): number {
  return { additive: 1, affine: 2, spline: 3 * Number(bins) - 1 }[kind]
}
