/** The error of a word that is no command. @module */
import { GenError } from '@gen/backend'
import type { CommandGroup } from './command.ts'
import { nearest } from './nearest.ts'

/** Names the commands that there are, and what may have been meant. */
export function unknownCommand({ name, commands }: CommandGroup, word: string): GenError {
  const known = Object.keys(commands)
  const similar = nearest(word, known)
  const remedy = similar.length > 0 ? `did you mean ${name} ${similar.join(`, ${name} `)}?` : `see ${name} --help`
  return new GenError('config', `${name}: expected a command, ${known.join(', ')}, got '${word}'; ${remedy}`)
}
