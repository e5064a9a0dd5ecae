/** What may be written to a terminal and not into a pipe. @module */
import type { WriteStream } from 'node:tty'
import pc from 'picocolors'

type Output = Pick<WriteStream, 'isTTY'>

/**
 * Whether an output takes colors: a terminal that can show them, unless `NO_COLOR` is set to anything.
 *
 * @see https://no-color.org
 */
export function takesColors({ isTTY }: Output, env: NodeJS.ProcessEnv = process.env): boolean {
  return isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}

/** The word before a message on the error output. */
export const errorWord = (): string => pc.createColors(takesColors(process.stderr)).red('error')
