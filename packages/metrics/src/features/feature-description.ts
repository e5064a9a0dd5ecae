/** What a result says about the features it was computed on. @module */
import { refusal } from '@gen/backend'

/** Where feature vectors come from. Scores on different features cannot be compared, so every result carries this. */
export interface FeatureDescription {
  /** Name of the network and layer, e.g. `inception-v3 pool3`. */
  readonly name: string
  /** Length of a feature vector. */
  readonly size: number
  /** How images were brought to the network's size, e.g. `none`, `antialias-bicubic`. */
  readonly resizer: string
}

/** Something that may say where its features come from. */
interface Described {
  readonly columns: number
  readonly features?: FeatureDescription
}

/**
 * The description that both sides share; one side may leave it out.
 *
 * @throws GenError `value` when they differ, because no distance between different features means anything.
 */
export function sharedFeatures(where: string, real: Described, fake?: Described): FeatureDescription {
  const a = real.features
  const b = fake?.features
  if (a && b && (a.name !== b.name || a.resizer !== b.resizer)) {
    throw refusal('value', where, {
      expected: 'both sets from the same features',
      got: `${label(a)} and ${label(b)}`,
      remedy: 'extract both with one',
      details: { real: a, fake: b },
    })
  }
  return a ?? b ?? { name: 'unnamed', size: real.columns, resizer: 'none' }
}

function label({ name, resizer }: FeatureDescription): string {
  return `${name} (resizer ${resizer})`
}
