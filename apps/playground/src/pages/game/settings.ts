/** What can be set on the page of the game. @module */
import type { ChoiceField, NumberField, SettingsOf } from '../../run/fields.ts'
import type { games } from './view.ts'

/** The page's settings by name. */
export type GameFields = {
  readonly odds: ChoiceField<keyof typeof games>
  readonly rate: NumberField
  readonly batch: NumberField
  readonly width: NumberField
}

/** The table. */
export const fields: GameFields = {
  odds: {
    kind: 'choice',
    label: 'How it moves',
    initial: 'drift',
    options: { drift: 'Mostly to the right', sides: 'Left or right', even: 'Any way alike' },
    when: 'live',
  },
  rate: {
    kind: 'number',
    label: 'Learning rate',
    initial: 0.005,
    slider: [1e-4, 0.03],
    limits: [0, 1],
    scale: 'log',
    when: 'live',
  },
  batch: {
    kind: 'number',
    label: 'Moves in a batch',
    initial: 256,
    slider: [16, 1024],
    limits: [1, 8192],
    step: 1,
    scale: 'log',
    when: 'live',
  },
  width: {
    kind: 'number',
    label: 'Neurons in a layer',
    initial: 96,
    slider: [8, 256],
    limits: [1, 512],
    step: 1,
    scale: 'log',
    when: 'fresh',
  },
}

/** The page's settings. */
export type GameSettings = SettingsOf<GameFields>
