/** What can be set on the page of many answers. @module */
import type { NumberField, SettingsOf } from '../../run/fields.ts'
import { type DataFields, dataFields } from '../data-fields.ts'

/** The page's settings by name. */
export type AnswersFields = DataFields & {
  readonly rate: NumberField
  readonly batch: NumberField
  readonly width: NumberField
}

/** The table. */
export const fields: AnswersFields = {
  ...dataFields,
  data: { ...dataFields.data, label: 'Questions x and answers y' },
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
    label: 'Pairs in a batch',
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
    initial: 48,
    slider: [8, 128],
    limits: [1, 512],
    step: 1,
    scale: 'log',
    when: 'fresh',
  },
}

/** The page's settings. */
export type AnswersSettings = SettingsOf<AnswersFields>
