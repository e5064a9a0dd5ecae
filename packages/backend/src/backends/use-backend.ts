/** The choice of a backend. @module */
import { engine, findBackendFactory, getBackend, setBackend } from '@tensorflow/tfjs-core'
import { GenError } from '../errors/gen-error.ts'
import { refusal } from '../errors/refusal.ts'
import { registerGradients } from '../gradients/register.ts'
import { repairKernels } from '../kernels/repair-kernels.ts'
import { type BackendBuild, buildOf } from './builds.ts'
import { listen } from './listen.ts'
import { loaders } from './loaders.ts'
import { lostDevice } from './lost-device.ts'
import type { BackendName, BackendOptions, LoadRequest } from './names.ts'
import { inNode } from './runtime.ts'
import { type BackendThreads, threadsOf } from './threads.ts'

/** A backend that was preferred and could not be had. */
export interface PassedOver {
  readonly name: BackendName
  readonly reason: string
}

/** What {@link useBackend} chose. */
export interface BackendChoice extends BackendThreads, BackendBuild {
  readonly name: BackendName
  /** The backends that were preferred and could not be had, in order. */
  readonly passedOver: readonly PassedOver[]
  /**
   * With `webgpu`: settles to the reason once its device is lost, after which every result is void. Ask for another backend then, and
   * go on from the last checkpoint.
   */
  readonly lost?: Promise<string>
}

/** Why a backend cannot be had, or undefined once it is made; each is tried once for each place of its files. */
const attempts = new Map<string, Promise<string | undefined>>()

/**
 * Starts the first backend of the preferences that can be had, and makes all of tfjs use it.
 *
 * Without preferences: in browsers webgpu, simd, webgl, wasm, cpu; in Node webgpu (where the package `webgpu` is
 * installed), simd, wasm, cpu. There webgpu is taken on a hardware adapter only; named alone, also on one in software.
 * `tensorflow` is taken only where it is asked for. Asked for again, a running backend costs nothing.
 *
 * Threads: `simd` and `wasm` share memory among threads in browsers on cross-origin isolated pages only; where one thread
 * computes, `threadsReason` says why. `simd` computes with 256 bits in Node 24 on x64 with AVX2 (`build: 'wide'`); elsewhere
 * `buildReason` says why not.
 *
 * @param preferences - One name, which must be had, or names in order of preference.
 * @returns The backend that runs, on how many threads, in which build, and why each that comes before it does not.
 * @throws GenError `config` for an unknown name or an empty list, `backend` where none can be had.
 * @example
 * const { name, passedOver } = await useBackend()
 * await useBackend(['webgpu', 'cpu'])
 * const { threads, threadsReason } = await useBackend('simd')
 */
export async function useBackend(
  preferences?: BackendName | readonly BackendName[],
  options: BackendOptions = {},
): Promise<BackendChoice> {
  const names = orderOf(preferences)
  registerGradients()
  const passedOver: PassedOver[] = []
  for (const name of names) {
    const reason = await start(name, { ...options, explicit: names.length === 1 })
    if (reason === undefined) {
      const lost = lostDevice()
      return { name, passedOver, ...(lost && { lost }), ...(await threadsOf(name)), ...(await buildOf(name)) }
    }
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
  throw refusal('config', 'backend.useBackend', { expected: `names among ${known}`, got, details: { preferences } })
}

/** Starts a backend; returns why it cannot be had, or undefined. */
async function start(name: BackendName, request: LoadRequest): Promise<string | undefined> {
  const attempt = `${name} ${request.explicit ? 'explicit' : 'preferred'} ${request.wasmUrl ?? ''}`
  if (!attempts.has(attempt)) attempts.set(attempt, make(name, request))
  const reason = await attempts.get(attempt)
  if (reason !== undefined || getBackend() === name) return reason
  return (await setBackend(name)) ? undefined : 'it is installed, but did not start'
}

/** Registers a backend and makes it; returns why that fails, or undefined. */
async function make(name: BackendName, request: LoadRequest): Promise<string | undefined> {
  try {
    await loaders[name](request)
    repairKernels(name)
  } catch (error) {
    return reasonOf(error)
  }
  try {
    await build(name)
    return undefined
  } catch (error) {
    return `${reasonOf(error)}${name === 'wasm' ? wasmRemedy : ''}`
  }
}

/** simd's own errors say it. */
const wasmRemedy = '; pass wasmUrl: the address of a copy of the dist folder of @tensorflow/tfjs-backend-wasm'

/** Makes the backend before tfjs asks for it, which would tell a failure to the console and not to us. */
async function build(name: BackendName): Promise<void> {
  const { registry, registryFactory } = engine()
  const entry = registryFactory[name]
  if (name in registry || entry === undefined) return
  const backend = await listen(() => findBackendFactory(name)())
  // Once: what tfjs disposes of (removeBackend, a reset) must be made anew.
  registryFactory[name] = {
    ...entry,
    factory: () => {
      registryFactory[name] = entry
      return backend
    },
  }
}

/** tfjs-backend-wasm rejects with a plain object. */
function reasonOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error
  return hasMessage ? String(error.message) : String(error)
}
