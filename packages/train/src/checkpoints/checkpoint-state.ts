/** What a checkpoint says besides tensors. @module */
import { type Key, refusal } from '@gen/backend'
import * as v from 'valibot'
import type { PaceState } from '../progress/pace.ts'

/** The content of `state.json`. */
export interface CheckpointState {
  format: 'gen.checkpoint'
  version: 1
  step: number
  pace: PaceState
  key: Key
  /** Updates of each player; a run in which all play every round may leave it out. */
  updates?: Record<string, number> | undefined
  /** tfjs's names of the variables, for people. */
  names: Record<string, string>
  config: Record<string, unknown>
  /** The running mean of the score: sum / weight. */
  loss: { sum: number; weight: number }
  best: { step: number; loss: number } | null
}

const word = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(0xffffffff))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const seconds = v.pipe(v.number(), v.finite(), v.minValue(0))

const schema: v.GenericSchema<unknown, CheckpointState> = v.object({
  format: v.literal('gen.checkpoint'),
  version: v.literal(1),
  step: count,
  pace: v.object({
    steps: v.nullable(count),
    look: v.nullable(count),
    time: v.nullable(v.object({ seconds, spent: seconds, since: count })),
  }),
  key: v.object({ hi: word, lo: word }),
  updates: v.optional(v.record(v.string(), count)),
  names: v.record(v.string(), v.string()),
  config: v.record(v.string(), v.unknown()),
  loss: v.object({ sum: v.number(), weight: v.number() }),
  best: v.nullable(v.object({ step: count, loss: v.number() })),
})

/** Writes `state.json`. */
export function encodeState(state: CheckpointState): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(state, undefined, 2)}\n`)
}

/**
 * Reads `state.json`.
 *
 * @throws GenError `file` for anything but what {@link encodeState} writes.
 */
export function decodeState(where: string, bytes: Uint8Array | undefined): CheckpointState {
  const remedy = 'the checkpoint is damaged or not of this program: resume from another one'
  if (!bytes) throw refusal('file', where, { expected: 'a state.json', got: 'none', remedy })
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw refusal('file', where, { expected: 'state.json to be JSON', got: 'something else', remedy, cause })
  }
  const checked = v.safeParse(schema, parsed)
  if (checked.success) return checked.output
  const [issue] = checked.issues
  throw refusal('file', where, {
    expected: `another ${v.getDotPath(issue)} in state.json`,
    got: issue.received,
    remedy,
  })
}

/**
 * Compares what a run is made of with what a checkpoint's run was made of.
 *
 * @throws GenError `config` that names the first difference.
 */
export function assertSameRun(
  where: string,
  saved: Pick<CheckpointState, 'config' | 'key'>,
  now: { config: Record<string, unknown>; key: Key },
): void {
  const difference = firstDifference({ ...saved.config, key: saved.key }, plain({ ...now.config, key: now.key }), '')
  if (!difference) return
  throw refusal('config', where, {
    expected: `${difference.path} ${show(difference.saved)} as in the checkpoint`,
    got: show(difference.now),
    remedy: 'resume with the same options, or pass resume: { allowChanges: true }',
    details: { ...difference },
  })
}

interface Difference {
  readonly path: string
  readonly saved: unknown
  readonly now: unknown
}

function firstDifference(saved: unknown, now: unknown, path: string): Difference | undefined {
  if (Object.is(saved, now)) return undefined
  if (!isObject(saved) || !isObject(now) || Array.isArray(saved) !== Array.isArray(now)) return { path, saved, now }
  for (const name of new Set([...Object.keys(saved), ...Object.keys(now)])) {
    const difference = firstDifference(saved[name], now[name], path === '' ? name : `${path}.${name}`)
    if (difference) return difference
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** What is left after a journey through JSON, which the saved side has made. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
