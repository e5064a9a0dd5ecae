/** The settings of a page, stated once: controls, links and help come from this table. @module */

/** Since when a changed setting counts: at once, as an edit on the tape, or from the next start. */
export type When = 'live' | 'fresh'

/** A setting that is a number. */
export interface NumberField {
  readonly kind: 'number'
  readonly label: string
  readonly help?: string
  readonly initial: number
  /** Where the slider ends. */
  readonly slider: readonly [from: number, to: number]
  /** What a link or the field of the number may ask for: what is safe. */
  readonly limits: readonly [from: number, to: number]
  /** Distance of two values, where only such make sense. */
  readonly step?: number
  readonly scale?: 'linear' | 'log'
  readonly when: When
}

/** A setting that is one of a few words. */
export interface ChoiceField<O extends string = string> {
  readonly kind: 'choice'
  readonly label: string
  readonly help?: string
  readonly initial: O
  /** Words in links, and what people read. */
  readonly options: Readonly<Record<O, string>>
  readonly when: When
  /** Set by other means than a control of its own. */
  readonly hidden?: boolean
}

/** A setting that is a drawing, as text. */
export interface DrawingField {
  readonly kind: 'drawing'
  readonly label: string
  readonly initial: string
  readonly when: When
}

/** A setting that is a short text, made by the picture. */
export interface TextField {
  readonly kind: 'text'
  readonly label: string
  readonly initial: string
  /** Of letters that links hold as they are. */
  readonly pattern: RegExp
  /** The pattern in words. */
  readonly expected: string
  readonly when: When
}

/** A setting. */
export type Field = NumberField | ChoiceField | DrawingField | TextField

/** A page's settings by name, in the order of their controls. */
export type Fields = Readonly<Record<string, Field>>

/** Values of settings. */
export type Settings = Readonly<Record<string, number | string>>

/** The values that a table of fields allows, by their types. */
export type SettingsOf<F extends object> = {
  readonly [N in keyof F]: F[N] extends NumberField
    ? number
    : F[N] extends { kind: 'choice'; options: Readonly<Record<infer O, string>> }
      ? O
      : string
}

/** The values that a page begins with. */
export function initialSettings(fields: Fields): Settings {
  return Object.fromEntries(Object.entries(fields).map(([name, { initial }]) => [name, initial]))
}

/** A value of a field from text, or why it is none. */
export function parseValue(field: Field, text: string): { value: number | string } | { reason: string } {
  if (field.kind === 'number') {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    const [from, to] = field.limits
    if (value >= from && value <= to && (field.step === undefined || isMultiple(value, field.step))) return { value }
    return {
      reason: `expected ${field.step === 1 ? 'a whole number' : 'a number'} from ${from} to ${to}, got ${text || 'nothing'}`,
    }
  }
  const { fits, expected } = textOf(field, text)
  return fits ? { value: text } : { reason: `expected ${expected}, got ${text || 'nothing'}` }
}

function textOf(field: Exclude<Field, NumberField>, text: string): { fits: boolean; expected: string } {
  if (field.kind === 'drawing')
    return { fits: /^[\w-]{0,400}$/.test(text), expected: 'a drawing of at most 400 letters' }
  if (field.kind === 'text') return { fits: field.pattern.test(text), expected: field.expected }
  return { fits: Object.hasOwn(field.options, text), expected: `one of ${Object.keys(field.options).join(', ')}` }
}

function isMultiple(value: number, step: number): boolean {
  return Math.abs(value / step - Math.round(value / step)) < 1e-9
}
