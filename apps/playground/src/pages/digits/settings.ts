/** What can be set on the page of digits. @module */
import type { ChoiceField, NumberField, SettingsOf } from '../../run/fields.ts'
import { samplerLabels, type samplerNames } from './view.ts'

/** The page's settings by name. */
export type DigitsFields = {
  readonly sampler: ChoiceField<(typeof samplerNames)[number]>
  readonly steps: NumberField
  readonly guidance: NumberField
  readonly digit: NumberField
}

/** The table. */
export const fields: DigitsFields = {
  guidance: { kind: 'number', label: 'Guidance', initial: 2, slider: [0, 8], limits: [0, 50], when: 'live' },
  sampler: { kind: 'choice', label: 'Sampler', initial: 'ddim', options: samplerLabels, when: 'live' },
  steps: {
    kind: 'number',
    label: 'Steps of the sampler',
    initial: 20,
    slider: [1, 50],
    limits: [1, 250],
    step: 1,
    scale: 'log',
    when: 'live',
  },
  digit: {
    kind: 'number',
    label: 'Digit in the table',
    initial: 3,
    slider: [0, 9],
    limits: [0, 9],
    step: 1,
    when: 'live',
  },
}

/** The page's settings. */
export type DigitsSettings = SettingsOf<DigitsFields>
