/** What can be set on the page of the GAN on the line. @module */
import type { ChoiceField, SettingsOf } from '../../run/fields.ts'
import { type GameFields, gameFields } from '../gan/game.ts'

/** The data of the line. */
export type LineData = 'one' | 'two' | 'three'

/** The page's settings by name. */
export type LineFields = { readonly data: ChoiceField<LineData> } & GameFields

/** The table: the lecture's own game, with a penalty that lets it come to rest. */
export const fields: LineFields = {
  data: {
    kind: 'choice',
    label: 'Data',
    initial: 'one',
    options: { one: 'One bell', two: 'Two bells', three: 'Three bells' },
    when: 'live',
  },
  ...gameFields,
  objective: { ...gameFields.objective, initial: 'nonSaturating' },
  penalty: { ...gameFields.penalty, initial: 'r1' },
  weight: { ...gameFields.weight, initial: 0.3 },
  rate: { ...gameFields.rate, initial: 0.002 },
  width: { ...gameFields.width, initial: 32 },
}

/** The page's settings. */
export type LineSettings = SettingsOf<LineFields>
