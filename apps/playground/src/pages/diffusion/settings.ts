/** What can be set on the page of diffusion in the plane. @module */
import type { ChoiceField, NumberField, SettingsOf } from '../../run/fields.ts'
import { type DataFields, dataFields } from '../data-fields.ts'

/** The page's settings by name. */
export type DiffusionFields = DataFields & {
  readonly schedule: ChoiceField<'linear' | 'cosine'>
  readonly loss: ChoiceField<'l2' | 'l1' | 'huber'>
  readonly rate: NumberField
  readonly batch: NumberField
  readonly width: NumberField
  readonly layers: NumberField
}

/** The table. */
export const fields: DiffusionFields = {
  ...dataFields,
  data: { ...dataFields.data, initial: 'moons' },
  schedule: {
    kind: 'choice',
    label: 'How noise grows',
    help: 'The signal ratio α as a function of time.',
    initial: 'linear',
    options: { linear: 'Linear β, to almost no noise', cosine: 'Cosine, as for images' },
    when: 'live',
  },
  loss: {
    kind: 'choice',
    label: 'Loss',
    help: 'What is minimized of ε − ε_θ.',
    initial: 'l2',
    options: { l2: 'Squared', l1: 'Absolute', huber: 'Huber' },
    when: 'live',
  },
  rate: {
    kind: 'number',
    label: 'Learning rate',
    initial: 0.003,
    slider: [1e-4, 0.03],
    limits: [0, 1],
    scale: 'log',
    when: 'live',
  },
  batch: {
    kind: 'number',
    label: 'Points in a batch',
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
    initial: 64,
    slider: [8, 128],
    limits: [1, 512],
    step: 1,
    scale: 'log',
    when: 'fresh',
  },
  layers: { kind: 'number', label: 'Layers', initial: 3, slider: [1, 5], limits: [1, 8], step: 1, when: 'fresh' },
}

/** The page's settings. */
export type DiffusionSettings = SettingsOf<DiffusionFields>
