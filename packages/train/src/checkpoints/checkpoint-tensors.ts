/** The tensors of a run by their names in a checkpoint: `weights/…`, `ema/…`, `slots/player/slot/index`. @module */
import { type RawTensor, toTensor } from '@gen/io'
import type { Tensor } from '@tensorflow/tfjs-core'
import { ema } from '../ema.ts'
import type { Run } from '../run.ts'
import type { PlayerRun } from '../steps/player-run.ts'
import { assertFits, writeAll } from '../weights.ts'

/** File tensors by name. */
export type RawTensors = Readonly<Record<string, RawTensor>>

/** Everything that a checkpoint holds. */
export function checkpointTensors<B>(run: Run<B>): Record<string, Tensor> {
  const averages = run.emaNames.map((name, i) => [`ema/${name}`, run.ema!.averages[i]!] as const)
  return {
    ...prefixed('weights/', run.variables),
    ...(run.ema ? Object.fromEntries(averages) : {}),
    ...Object.assign({}, ...run.players.map((player) => slotTensors(player))),
  }
}

/** Those of the names that begin with the prefix, without it. */
export function withoutPrefix(prefix: string, tensors: RawTensors): RawTensors {
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]))
}

/**
 * Puts saved tensors into a run. With `allowChanges`, averages and slots that were not saved start afresh.
 *
 * @throws GenError `file` or `shape` where names or shapes differ; then nothing has changed.
 */
export function restoreTensors<B>(where: string, run: Run<B>, saved: RawTensors, allowChanges: boolean): void {
  const weights = withoutPrefix('weights/', saved)
  if (!allowChanges) assertFits(where, checkpointTensors(run), saved)
  writeAll(where, run.variables, weights)
  for (const player of run.players) restoreSlots(player, saved)
  if (!run.ema || !run.plan.ema) return
  const averages = run.emaNames.map((name) => saved[`ema/${name}`])
  const whole = averages.every((raw) => raw !== undefined)
  run.ema.dispose()
  const variables = run.emaNames.map((name) => run.variables[name]!)
  run.ema = ema(variables, run.plan.ema, whole ? averages.map(toTensor) : undefined)
}

function restoreSlots<B>(run: PlayerRun<B>, saved: RawTensors): void {
  const expected = Object.keys(slotTensors(run))
  const found = Object.keys(saved).filter((name) => name.startsWith(`slots/${run.player.name}/`))
  // Another kind of optimizer has other slots: a mixture of the two would be neither.
  if (found.length !== expected.length || expected.some((name) => !Object.hasOwn(saved, name))) return
  for (const [slot, list] of Object.entries(run.slots)) {
    list.forEach((old, i) => {
      list[i] = toTensor(saved[`slots/${run.player.name}/${slot}/${i}`]!)
      old.dispose()
    })
  }
}

function slotTensors<B>({ player, slots }: PlayerRun<B>): Record<string, Tensor> {
  const lists = Object.entries(slots).flatMap(([slot, list]) =>
    list.map((tensor, i) => [`slots/${player.name}/${slot}/${i}`, tensor] as const),
  )
  return Object.fromEntries(lists)
}

function prefixed(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]))
}
