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

/** Of each run, by the number of edits. */
const known = new WeakMap<Run, Settings[]>()

/** The settings in force for the step that follows `step` steps: the same object until the next edit, so that who reads it need not look again. */
export function settingsAt(run: Run, step: number): Settings {
  const edits = run.tape.filter((edit) => edit.step <= step)
  const settings = known.get(run) ?? []
  known.set(run, settings)
  settings[edits.length] ??= Object.assign({}, run.settings, ...edits.map(({ set }) => set))
  return settings[edits.length]!
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
