/** What one run has that another has not, in words. @module */
import type { Field, Fields, Settings } from './fields.ts'
import { type Run, settingsAt } from './run.ts'

/** Seed, settings and edits of a run where they are not those of another. */
export function differences(fields: Fields, run: Run, other: Run): string[] {
  const words = (set: Settings, from = ''): string[] =>
    Object.entries(set).map(([name, value]) => `${labelOf(fields, name)}: ${valueWords(fields[name], value)}${from}`)
  const [own, theirs] = [settingsAt(run, 0), settingsAt(other, 0)]
  const start = Object.fromEntries(Object.entries(own).filter(([name, value]) => theirs[name] !== value))
  const isSame = (step: number, set: Settings) =>
    other.tape.some((edit) => edit.step === step && JSON.stringify(edit.set) === JSON.stringify(set))
  return [
    ...(run.seed === other.seed ? [] : [`seed ${run.seed}`]),
    ...words(start),
    ...run.tape.flatMap(({ step, set }) => (isSame(step, set) ? [] : words(set, ` from step ${step}`))),
  ]
}

const labelOf = (fields: Fields, name: string): string => fields[name]?.label ?? name

function valueWords(field: Field | undefined, value: number | string): string {
  if (field?.kind === 'choice') return field.options[value] ?? String(value)
  if (field?.kind === 'drawing') return 'another'
  if (field?.kind === 'text') return value === '' ? 'none' : String(value).slice(0, 8)
  return String(Number(Number(value).toPrecision(3)))
}
