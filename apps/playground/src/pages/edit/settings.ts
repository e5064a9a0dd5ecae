/** What can be set on the page of editing. @module */
import type { ChoiceField, NumberField, SettingsOf } from '../../run/fields.ts'

/** The page's settings by name. */
export type EditFields = {
  readonly faces: ChoiceField<'independent' | 'correlated'>
  readonly project: ChoiceField<'off' | 'on'>
  readonly rate: NumberField
  readonly batch: NumberField
}

/** The table. */
export const fields: EditFields = {
  faces: {
    kind: 'choice',
    label: 'Faces to learn from',
    initial: 'independent',
    options: { independent: 'All', correlated: 'Glasses go with dark skin' },
    when: 'live',
  },
  project: {
    kind: 'choice',
    label: 'Projection',
    help: 'Each direction without what it shares with the normals of all other boundaries.',
    initial: 'off',
    options: { off: 'Off: straight across', on: 'On: along all others' },
    when: 'live',
  },
  rate: {
    kind: 'number',
    label: 'Learning rate',
    initial: 0.05,
    slider: [1e-3, 0.3],
    limits: [0, 1],
    scale: 'log',
    when: 'live',
  },
  batch: {
    kind: 'number',
    label: 'Faces in a batch',
    initial: 64,
    slider: [4, 256],
    limits: [1, 1024],
    step: 1,
    scale: 'log',
    when: 'live',
  },
}

/** The page's settings. */
export type EditSettings = SettingsOf<EditFields>
