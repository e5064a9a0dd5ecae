/** A run as a tape: all that the weights of any of its steps follow from. @module */
import type { Settings } from './fields.ts'

/** A change of settings while it ran. */
export interface Edit {
  /** Steps done before it. */
  readonly step: number
  readonly set: Settings
}

/** Seed, settings and edits: with a page's name, the run to the bit. */
export interface Run {
  readonly seed: number
  readonly settings: Settings
  /** Ascending by step, one for each. */
  readonly tape: readonly Edit[]
}

/** The settings in force for the step that follows `step` steps. */
export function settingsAt({ settings, tape }: Run, step: number): Settings {
  return Object.assign({}, settings, ...tape.filter((edit) => edit.step <= step).map(({ set }) => set))
}

/** The step of the first edit after `step`, where the settings in force end; Infinity without one. */
export function nextEdit({ tape }: Run, step: number): number {
  return tape.find((edit) => edit.step > step)?.step ?? Number.POSITIVE_INFINITY
}

/** The run with settings changed after `step` steps. What came later on the tape belongs to a branch that is given up. */
export function edited(run: Run, step: number, set: Settings): Run {
  if (step === 0) return { ...run, settings: { ...settingsAt(run, 0), ...set }, tape: [] }
  const before = run.tape.filter((edit) => edit.step < step)
  const merged = { ...run.tape.find((edit) => edit.step === step)?.set, ...set }
  const already = settingsAt({ ...run, tape: before }, step)
  const changes = Object.entries(merged).filter(([name, value]) => already[name] !== value)
  return { ...run, tape: changes.length > 0 ? [...before, { step, set: Object.fromEntries(changes) }] : before }
}
