/** What a command of `gen` is. @module */
import { GenError } from '@gen/backend'
import { type Flags, type FlagValues, valuesOf } from './flags.ts'
import { sortWords } from './words.ts'

/** A word that stands behind a command: which model, which file. */
export interface Positional {
  readonly name: string
  readonly description: string
}

/** A command that does something. */
export interface Command {
  /** With all that stands before it: `gen train vae`. */
  readonly name: string
  readonly description: string
  readonly positionals: readonly Positional[]
  readonly flags: Flags
  /** Reads the words behind the command's name, and does it. */
  run(words: readonly string[]): Promise<void>
}

/** Commands under a name. */
export interface CommandGroup {
  readonly name: string
  readonly description: string
  readonly commands: Readonly<Record<string, CommandEntry>>
}

/** A command as a group lists it. What it runs on is loaded when it is asked for, so that the help of `gen` comes at once. */
export interface CommandEntry {
  /** That of the command. */
  readonly description: string
  load(): Promise<Command | CommandGroup>
}

/** What {@link defineCommand} makes a command of. */
export interface CommandSource<F extends Flags> {
  name: string
  description: string
  positionals?: readonly Positional[]
  flags: F
  /** @param given - Which flags stood on the command line, and what behind them, by their kebab-case names. */
  run(values: FlagValues<F>, rest: readonly string[], given: Readonly<Record<string, string>>): Promise<void>
}

/**
 * A command from its table of flags; it does nothing before all its words are read and checked.
 *
 * @throws GenError 'config' from `run` for unknown flags, bad values, missing words and words too many.
 */
export function defineCommand<F extends Flags>({
  name,
  description,
  positionals = [],
  flags,
  run,
}: CommandSource<F>): Command {
  return {
    name,
    description,
    positionals,
    flags,
    run: async (words) => {
      const { rest, given } = sortWords(name, flags, words)
      assertPositionals(name, positionals, rest)
      await run(valuesOf(name, flags, given), rest, given)
    },
  }
}

function assertPositionals(command: string, wanted: readonly Positional[], got: readonly string[]): void {
  const see = `see ${command} --help`
  const missing = wanted[got.length]
  if (missing)
    throw new GenError('config', `${command}: expected <${missing.name}>, ${missing.description}, got none; ${see}`)
  if (got.length === wanted.length) return
  const expected =
    wanted.length === 0 ? 'only flags' : `only ${wanted.map((word) => `<${word.name}>`).join(' ')} and flags`
  const extra = got.slice(wanted.length).map((word) => `'${word}'`)
  throw new GenError('config', `${command}: expected ${expected}, got ${extra.join(' ')} too; ${see}`)
}
