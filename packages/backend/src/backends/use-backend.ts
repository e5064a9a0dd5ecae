/** The choice of a backend. @module */
import { getBackend, setBackend } from '@tensorflow/tfjs-core'
import { GenError } from '../errors/gen-error.ts'
import { registerGradients } from '../gradients/register.ts'
import { repairKernels } from '../kernels/repair.ts'
import { loaders } from './loaders.ts'
import type { BackendName } from './names.ts'
import { inNode } from './runtime.ts'

/** A backend that was preferred and could not be had. */
export interface PassedOver {
  readonly name: BackendName
  readonly reason: string
}

/** What {@link useBackend} chose. */
export interface BackendChoice {
  readonly name: BackendName
  /** The backends that were preferred and could not be had, in order. */
  readonly passedOver: readonly PassedOver[]
}

/** Why a backend cannot be had, or undefined once it is registered; each is tried once. */
const attempts = new Map<string, Promise<string | undefined>>()

/**
 * Starts the first backend of the preferences that can be had, and makes all of tfjs use it.
 *
 * Without preferences: in browsers webgpu, simd, webgl, wasm, cpu; in Node webgpu (where the package `webgpu` is
 * installed), simd, wasm, cpu. There webgpu is taken on a hardware adapter only; named alone, also on one in software.
 * `tensorflow` is taken only where it is asked for. Asked for again, a running backend costs nothing.
 *
 * @param preferences - One name, which must be had, or names in order of preference.
 * @returns The backend that runs, and why each that comes before it does not.
 * @throws GenError `config` for an unknown name or an empty list, `backend` where none can be had.
 * @example
 * const { name, passedOver } = await useBackend()
 * await useBackend(['webgpu', 'cpu'])
 */
export async function useBackend(preferences?: BackendName | readonly BackendName[]): Promise<BackendChoice> {
  const names = orderOf(preferences)
  registerGradients()
  const passedOver: PassedOver[] = []
  for (const name of names) {
    const reason = await start(name, names.length === 1)
    if (reason === undefined) return { name, passedOver }
    passedOver.push({ name, reason })
  }
  const [first] = passedOver
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  throw new GenError(
    'backend',
    names.length === 1
      ? `backend.useBackend: expected the backend '${first!.name}', got none: ${first!.reason}; or call useBackend() for the best there is`
      : `backend.useBackend: expected one of the backends ${names.join(', ')}, got none (${reasons}); add 'cpu', which always runs`,
    { details: { passedOver } },
  )
}

function orderOf(preferences: BackendName | readonly BackendName[] | undefined): readonly BackendName[] {
  const inOrder: BackendName[] = inNode()
    ? ['webgpu', 'simd', 'wasm', 'cpu']
    : ['webgpu', 'simd', 'webgl', 'wasm', 'cpu']
  const names = preferences === undefined ? inOrder : typeof preferences === 'string' ? [preferences] : preferences
  const unknown = names.find((name) => !Object.hasOwn(loaders, name))
  if (names.length > 0 && unknown === undefined) return names
  const known = Object.keys(loaders).join(', ')
  const got = names.length === 0 ? 'an empty list' : `'${unknown}'`
  throw new GenError('config', `backend.useBackend: expected names among ${known}, got ${got}`, {
    details: { preferences },
  })
}

/** Starts a backend; returns why it cannot be had, or undefined. */
async function start(name: BackendName, explicit: boolean): Promise<string | undefined> {
  const attempt = `${name} ${explicit ? 'explicit' : 'preferred'}`
  if (!attempts.has(attempt)) attempts.set(attempt, register(name, explicit))
  const reason = await attempts.get(attempt)
  if (reason !== undefined || getBackend() === name) return reason
  // tfjs reports a failed start on the console as well; the checks of the loaders leave few of these.
  if (!(await setBackend(name))) return 'it is installed, but did not start'
  return undefined
}

async function register(name: BackendName, explicit: boolean): Promise<string | undefined> {
  try {
    await loaders[name]({ explicit })
    repairKernels(name)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
