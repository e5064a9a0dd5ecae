/** What can be set on the page of two spaces. @module */
import type { ChoiceField, NumberField, SettingsOf, TextField } from '../../run/fields.ts'

/** The page's settings by name. */
export type SpacesFields = {
  readonly rule: ChoiceField<'random' | 'farthest' | 'dOptimal' | 'hand'>
  readonly pins: TextField
  readonly method: ChoiceField<'ridge' | 'orthogonal'>
  readonly ridge: NumberField
}

/** The table. */
export const fields: SpacesFields = {
  rule: {
    kind: 'choice',
    label: 'Points after those pinned by hand',
    initial: 'random',
    options: {
      random: 'At random',
      farthest: 'Each farthest from all before',
      dOptimal: 'Each tells most (D-optimal)',
      hand: 'None: pinned ones only',
    },
    when: 'live',
  },
  pins: {
    kind: 'text',
    label: 'Pinned faces',
    initial: '',
    pattern: /^(\d{1,2}(\.\d{1,2}){0,47})?$/,
    expected: 'numbers of faces, 3.17.40',
    when: 'live',
  },
  method: {
    kind: 'choice',
    label: 'Map',
    initial: 'ridge',
    options: { ridge: 'Linear: ridge regression', orthogonal: 'A rotation (Procrustes)' },
    when: 'live',
  },
  ridge: {
    kind: 'number',
    label: 'λ of the ridge',
    initial: 10,
    slider: [0.01, 100],
    limits: [1e-6, 1e6],
    scale: 'log',
    when: 'live',
  },
}

/** The page's settings. */
export type SpacesSettings = SettingsOf<SpacesFields>
