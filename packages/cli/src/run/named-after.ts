/** Errors of the library, as the command that was typed. @module */
import { GenError } from '@gen/backend'

/** An error of opening a model, named after the command; any other as it is. */
export function namedAfter(command: string, cause: unknown): unknown {
  if (!GenError.is(cause) || !/^(open|convert)\.\w+:/.test(cause.message)) return cause
  const message = cause.message.replace(/^\w+\.\w+:/, `${command}:`)
  return new GenError(cause.code, message, { details: cause.details, cause })
}
