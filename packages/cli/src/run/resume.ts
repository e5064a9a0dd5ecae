/** What a run goes on with: its recorded options, and what may stand beside `--resume`. @module */
import { resolve } from 'node:path'
import { refusal } from '@gen/backend'
import * as v from 'valibot'
import type { RunValues } from '../commands/train-flags.ts'
import type { Family } from '../families/family.ts'
import { type Flags, valuesOf } from '../flags.ts'
import { kebab } from '../kebab.ts'
import { readRunConfig } from './run-folder.ts'

/** What changes how long a run is, where its data are, or what the command shows, and nothing that was done. */
const changeable = ['steps', 'minutes', 'data', 'dryRun', 'resume']

/** The options of a run that goes on. */
export interface ResumedValues {
  readonly values: RunValues
  /** Whether they differ from the recorded ones. */
  readonly changed: boolean
}

/**
 * The recorded options of the run in the folder `given.resume`, lengthened as the command line says.
 *
 * @param asked - Names of the options that stand on the command line.
 * @throws GenError 'file' for a folder without a run of the family, 'config' for an option that would change the run.
 */
export async function resumedValues(
  family: Pick<Family, 'name'>,
  flags: Flags,
  given: RunValues,
  asked: readonly string[],
): Promise<ResumedValues> {
  const recorded = await recordedValues(family, flags, given.resume)
  const own: RunValues = { ...recorded, out: resolve(given.resume) }
  const wanted: RunValues = { ...given, out: resolve(given.out) }
  const other = asked.filter((name) => !changeable.includes(name) && !same(wanted[name], own[name]))
  if (other.length > 0) {
    const words = (values: RunValues) => other.map((name) => `--${kebab(name)} ${String(values[name])}`).join(' ')
    throw refusal('config', `gen train ${family.name} --resume`, {
      expected: `the run's own ${words(own)}`,
      got: words(given),
      remedy: 'leave them out, or start another run with --out',
      details: { flags: other },
    })
  }
  if (asked.includes('steps') && asked.includes('minutes')) {
    throw refusal('config', `gen train ${family.name} --resume`, {
      expected: '--steps or --minutes',
      got: 'both',
      remedy: 'pass one',
    })
  }
  const values = {
    ...recorded,
    ...(asked.includes('steps') && { steps: given.steps, minutes: 0 }),
    ...(asked.includes('minutes') && given.minutes > 0 && { minutes: given.minutes }),
    ...(asked.includes('data') && { data: given.data }),
  }
  return { values: { ...values, dryRun: given.dryRun }, changed: !same(values, recorded) }
}

async function recordedValues(family: Pick<Family, 'name'>, flags: Flags, folder: string): Promise<RunValues> {
  const schema = v.object({ family: v.literal(family.name), values: v.record(v.string(), v.unknown()) })
  const parsed = v.safeParse(schema, await readRunConfig(folder))
  if (!parsed.success) {
    throw refusal('file', `gen train ${family.name}`, {
      expected: `the folder of a ${family.name} run`,
      got: `${folder} (${parsed.issues[0]?.message})`,
    })
  }
  // An empty text is a default, and nothing that could be written behind a flag.
  const given = Object.entries(parsed.output.values).filter(([, value]) => value !== '')
  const recorded = given.map(([name, value]) => [kebab(name), value])
  return valuesOf(`gen train ${family.name} --resume`, flags, Object.fromEntries(recorded)) as RunValues
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
