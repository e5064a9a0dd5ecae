/** What can be set on the page of the GAN in the plane. @module */
import type { NumberField, SettingsOf } from '../../run/fields.ts'
import { type DataFields, dataFields } from '../data-fields.ts'
import { type GameFields, gameFields } from './game.ts'

/** The page's settings by name. */
export type GanFields = DataFields & GameFields & { readonly waves: NumberField }

/** The table. */
export const fields: GanFields = {
  ...dataFields,
  ...gameFields,
  waves: {
    kind: 'number',
    label: 'Waves that D sees',
    help: 'Sines and cosines of x, without which D is slow to see what is fine.',
    initial: 4,
    slider: [0, 8],
    limits: [0, 64],
    step: 1,
    when: 'fresh',
  },
}

/** The page's settings. */
export type GanSettings = SettingsOf<GanFields>
