/** What can be set on the page of latent variables. @module */
import type { ChoiceField, NumberField, SettingsOf } from '../../run/fields.ts'

/** The page's settings by name. */
export type LatentFields = {
  readonly decoder: ChoiceField<'wave' | 'step' | 'straight'>
  readonly proposal: ChoiceField<'prior' | 'posterior'>
  readonly at: NumberField
  readonly deviation: NumberField
  readonly draws: NumberField
}

/** The table. */
export const fields: LatentFields = {
  proposal: {
    kind: 'choice',
    label: 'Where z is drawn from',
    initial: 'prior',
    options: { prior: 'P(z), as the formula says', posterior: 'Q(z | x), near what makes x' },
    when: 'live',
  },
  at: { kind: 'number', label: 'x that is asked about', initial: 2, slider: [-4, 4], limits: [-6, 6], when: 'live' },
  decoder: {
    kind: 'choice',
    label: 'What z becomes',
    initial: 'wave',
    options: { wave: 'A wavy line', step: 'A step', straight: 'A straight line' },
    when: 'live',
  },
  deviation: {
    kind: 'number',
    label: 'σ of P(x | z)',
    initial: 0.25,
    slider: [0.03, 1],
    limits: [0.01, 5],
    scale: 'log',
    when: 'live',
  },
  draws: {
    kind: 'number',
    label: 'Draws in a step',
    initial: 5,
    slider: [1, 100],
    limits: [1, 1000],
    step: 1,
    scale: 'log',
    when: 'fresh',
  },
}

/** The page's settings. */
export type LatentSettings = SettingsOf<LatentFields>
