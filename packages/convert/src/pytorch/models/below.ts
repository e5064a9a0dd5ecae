/** Weights of a part, by their names in the whole. @module */
import type { NamedWeight } from '../../weights/named-weight.ts'

/** The weights of a class that is an attribute of another. */
export function below(attribute: string, { weights }: { readonly weights: readonly NamedWeight[] }): NamedWeight[] {
  return weights.map((weight) => ({ ...weight, name: `${attribute}.${weight.name}` }))
}
