/** What can be set on the page of autoencoders. @module */
import type { NumberField, SettingsOf } from '../../run/fields.ts'

/** The page's settings by name. */
export type VaeFields = {
  readonly beta: NumberField
  readonly gamma: NumberField
  readonly rate: NumberField
  readonly batch: NumberField
  readonly width: NumberField
}

/** The table. */
export const fields: VaeFields = {
  beta: {
    kind: 'number',
    label: 'β: weight of the KL divergence',
    initial: 1,
    slider: [0.001, 100],
    limits: [0, 1e6],
    scale: 'log',
    when: 'live',
  },
  gamma: {
    kind: 'number',
    label: 'γ: σ of a pixel, P(x\u00a0|\u00a0z)',
    help: 'The error that a pixel may have. The smaller, the more reconstruction counts.',
    initial: 0.7,
    slider: [0.05, 2],
    limits: [0.01, 100],
    scale: 'log',
    when: 'live',
  },
  rate: {
    kind: 'number',
    label: 'Learning rate',
    initial: 0.002,
    slider: [1e-4, 0.02],
    limits: [0, 1],
    scale: 'log',
    when: 'live',
  },
  batch: {
    kind: 'number',
    label: 'Digits in a batch',
    initial: 64,
    slider: [8, 256],
    limits: [1, 1024],
    step: 1,
    scale: 'log',
    when: 'live',
  },
  width: {
    kind: 'number',
    label: 'Neurons in a layer',
    initial: 128,
    slider: [16, 256],
    limits: [1, 1024],
    step: 1,
    scale: 'log',
    when: 'fresh',
  },
}

/** The page's settings. */
export type VaeSettings = SettingsOf<VaeFields>
