/** What can be set on the page of colors and gaps. @module */
import type { ChoiceField, NumberField, SettingsOf, TextField } from '../../run/fields.ts'
import { gallery, holeLetters, holes, writeHole } from './view.ts'

/** The page's settings by name. */
export type FillFields = {
  readonly missing: ChoiceField<'everything' | 'colors'>
  readonly steps: NumberField
  readonly face: TextField
  readonly hole: TextField
}

/** The table. */
export const fields: FillFields = {
  missing: {
    kind: 'choice',
    label: 'What is missing there',
    initial: 'everything',
    options: { everything: 'Everything', colors: 'The colors' },
    when: 'live',
  },
  steps: {
    kind: 'number',
    label: 'Steps of the sampler',
    initial: 25,
    slider: [1, 50],
    limits: [1, 250],
    step: 1,
    scale: 'log',
    when: 'live',
  },
  face: {
    kind: 'text',
    label: 'Face',
    initial: '0',
    pattern: new RegExp(`^(${Array.from({ length: gallery }, (_, i) => i).join('|')})$`),
    expected: `a face from 0 to ${gallery - 1}`,
    when: 'live',
  },
  hole: {
    kind: 'text',
    label: 'Where it is missing',
    initial: writeHole(holes['lower half']),
    pattern: new RegExp(`^[\\w-]{${holeLetters}}$`),
    expected: `${holeLetters} letters, six places each`,
    when: 'live',
  },
}

/** The page's settings. */
export type FillSettings = SettingsOf<FillFields>
