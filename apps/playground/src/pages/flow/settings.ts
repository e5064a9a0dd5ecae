/** What can be set on the page of the flow. @module */
import type { ChoiceField, NumberField, SettingsOf } from '../../run/fields.ts'
import { type DataFields, dataFields } from '../data-fields.ts'

/** The page's settings by name. */
export type FlowFields = DataFields & {
  readonly kind: ChoiceField<'spline' | 'affine' | 'additive'>
  readonly rate: NumberField
  readonly batch: NumberField
  readonly depth: NumberField
  readonly width: NumberField
}

/** The table. */
export const fields: FlowFields = {
  ...dataFields,
  data: { ...dataFields.data, initial: 'moons' },
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
  kind: {
    kind: 'choice',
    label: 'What a layer does',
    help: 'To one coordinate, told by the other.',
    initial: 'spline',
    options: { spline: 'A spline (NSF)', affine: 'Scales and shifts (Real NVP)', additive: 'Shifts (NICE)' },
    when: 'fresh',
  },
  depth: { kind: 'number', label: 'Layers', initial: 4, slider: [1, 8], limits: [1, 16], step: 1, when: 'fresh' },
  width: {
    kind: 'number',
    label: 'Neurons in their networks',
    initial: 32,
    slider: [4, 96],
    limits: [1, 256],
    step: 1,
    scale: 'log',
    when: 'fresh',
  },
}

/** The page's settings. */
export type FlowSettings = SettingsOf<FlowFields>
