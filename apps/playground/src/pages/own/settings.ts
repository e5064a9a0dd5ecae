/** What can be set on the page of one's own pictures. @module */
import type { ChoiceField, NumberField, SettingsOf, TextField } from '../../run/fields.ts'

/** The page's settings by name. */
export type OwnFields = {
  readonly pictures: TextField
  readonly rate: NumberField
  readonly batch: NumberField
  readonly family: ChoiceField<'diffusion' | 'vae'>
  readonly width: NumberField
}

/** The table. */
export const fields: OwnFields = {
  pictures: {
    kind: 'text',
    label: 'Pictures',
    initial: '',
    pattern: /^([0-9a-f]{16})?$/,
    expected: 'the fingerprint of pictures, 16 digits',
    when: 'fresh',
  },
  rate: {
    kind: 'number',
    label: 'Learning rate',
    initial: 0.002,
    slider: [1e-4, 0.01],
    limits: [0, 1],
    scale: 'log',
    when: 'live',
  },
  batch: {
    kind: 'number',
    label: 'Pictures in a batch',
    initial: 16,
    slider: [4, 64],
    limits: [1, 256],
    step: 1,
    scale: 'log',
    when: 'live',
  },
  family: {
    kind: 'choice',
    label: 'Model',
    help: 'Diffusion draws sharper and takes longer; the VAE has a map, and blurs.',
    initial: 'diffusion',
    options: { diffusion: 'diffusion, a U-Net', vae: 'VAE, convolutions' },
    when: 'fresh',
  },
  width: {
    kind: 'number',
    label: 'Channels of the first level',
    initial: 16,
    slider: [8, 48],
    limits: [8, 64],
    step: 8,
    when: 'fresh',
  },
}

/** The page's settings. */
export type OwnSettings = SettingsOf<OwnFields>
