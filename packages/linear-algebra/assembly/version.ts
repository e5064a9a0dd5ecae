import { programVersion } from '../src/shared/version'

/** Which sources this was compiled from: JavaScript asks before it runs a loop. */
export function version(): i32 {
  return programVersion
}
