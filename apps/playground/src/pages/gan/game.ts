/** What can be set of a game of two players, on the line and in the plane. @module */
import type { ChoiceField, NumberField, SettingsOf } from '../../run/fields.ts'

/** Who makes updates. */
export type Playing = 'both' | 'discriminator' | 'generator'

/** The settings of a game by name. */
export type GameFields = {
  readonly objective: ChoiceField<
    'nonSaturating' | 'minimax' | 'relativistic' | 'wasserstein' | 'hinge' | 'leastSquares'
  >
  readonly penalty: ChoiceField<'none' | 'r1' | 'both' | 'interpolated'>
  readonly weight: NumberField
  readonly k: NumberField
  readonly rate: NumberField
  readonly momentum: NumberField
  readonly players: ChoiceField<Playing>
  readonly batch: NumberField
  readonly width: NumberField
  readonly layers: NumberField
}

/** Their table. */
export const gameFields: GameFields = {
  objective: {
    kind: 'choice',
    label: 'Objective',
    help: 'What the two players gain and lose.',
    initial: 'relativistic',
    options: {
      nonSaturating: 'Non-saturating',
      minimax: 'Minimax, as in the lecture',
      relativistic: 'Relativistic',
      wasserstein: 'Wasserstein',
      hinge: 'Hinge',
      leastSquares: 'Least squares',
    },
    when: 'live',
  },
  penalty: {
    kind: 'choice',
    label: 'Penalty',
    help: 'Keeps the discriminator from being steep: on data, on data and samples, or between them.',
    initial: 'both',
    options: { none: 'None', r1: 'R1: on data', both: 'R1 + R2: on both', interpolated: 'Between them' },
    when: 'live',
  },
  weight: {
    kind: 'number',
    label: 'Weight of the penalty',
    initial: 0.1,
    slider: [0.01, 10],
    limits: [0, 1000],
    scale: 'log',
    when: 'live',
  },
  k: {
    kind: 'number',
    label: 'k: updates of D for one of G',
    initial: 1,
    slider: [1, 8],
    limits: [1, 50],
    step: 1,
    when: 'live',
  },
  rate: {
    kind: 'number',
    label: 'Learning rate',
    initial: 0.003,
    slider: [1e-4, 0.1],
    limits: [0, 1],
    scale: 'log',
    when: 'live',
  },
  momentum: { kind: 'number', label: 'Momentum β₁', initial: 0, slider: [0, 0.9], limits: [0, 0.99], when: 'live' },
  players: {
    kind: 'choice',
    label: 'Who plays',
    initial: 'both',
    options: { both: 'Both', discriminator: 'Only D', generator: 'Only G' },
    when: 'live',
  },
  batch: {
    kind: 'number',
    label: 'Points in a batch',
    initial: 128,
    slider: [8, 512],
    limits: [1, 4096],
    step: 1,
    scale: 'log',
    when: 'live',
  },
  width: {
    kind: 'number',
    label: 'Neurons in a layer',
    initial: 48,
    slider: [4, 128],
    limits: [1, 512],
    step: 1,
    scale: 'log',
    when: 'fresh',
  },
  layers: { kind: 'number', label: 'Layers', initial: 2, slider: [1, 4], limits: [1, 8], step: 1, when: 'fresh' },
}

/** A game's settings. */
export type GameSettings = SettingsOf<GameFields>
