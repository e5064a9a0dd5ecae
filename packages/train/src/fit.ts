/** The training loop. @module */
import { breather, fold } from '@gen/backend'
import type { Batches, Trainable } from '@gen/model'
import { assertEmptyStore, resumeRun, saveCheckpoint } from './checkpoints/checkpoint.ts'
import { type FitOptions, type Plan, planOf } from './fit-options.ts'
import type { EndEvent, FitEvent, StepEvent } from './progress/events.ts'
import { type Speedometer, speedometer } from './progress/speedometer.ts'
import { type Watcher, watcher } from './progress/watcher.ts'
import { disposeRun, fitSchedules, freshRun, noteScore, type Run } from './run.ts'
import { type UpdateReport, updatePlayer } from './steps/update.ts'
import { isStalled, validate } from './validation/validate.ts'

/**
 * Trains a model: each step is a round in which every player makes its updates.
 *
 * An update takes `accumulate` batches, differentiates the player's `total`, reads losses and gradient norms in one
 * transfer, and only if all are finite clips and applies the gradients. Step i takes its batches at the indices from
 * `i · Σ player steps · accumulate` on and its keys from `fold(key, i)`; nothing else is random, so a run resumed from a
 * checkpoint is, bit by bit, the run that never stopped (on one backend).
 *
 * With `ema`, the variables hold the averaged weights while a `sample` event is out, after the `end` event and after a
 * `break`; training goes on with the raw ones, and an error leaves the raw ones of the last good step.
 *
 * With `until: { seconds }` the run takes that time instead of a number of steps: how many fit is planned from the steps
 * done, and planned anew as long as it runs, each time with a checkpoint, so that a resume repeats the plan. Give the
 * optimizer as a function of the number of steps, and its schedule follows the time. With `counts: 'training'` your own
 * time between the events is left out, such as that of measurements. Given more `steps` or `seconds` on a
 * resume, it also fits the longer run.
 *
 * With `validation` every so many steps the losses on held-out batches are measured, by the averaged weights if there are any;
 * the best checkpoint is then the one with the lowest, which is saved whenever it is reached, and with `patience` the run ends
 * when it falls no more. Training itself is the same, bit by bit, with and without.
 *
 * `signal` ends the run after the step at hand, with a checkpoint. A `break` saves none.
 *
 * @throws GenError `config`, `value` or `range` at once for options that cannot be; from the iteration: `non-finite` for a
 * loss, gradient or batch that is not finite, naming the step, the player and the largest gradient; `file`, `config` or
 * `shape` for a checkpoint that is damaged or of another run; and whatever the model, the batches or the store throw.
 * @example
 * for await (const event of fit(model, batches, { steps: 2000, optimizer: adamW(), ema: 0.999, key: key(1) })) {
 *   if (event.type === 'step') show(event.step, event.losses.denoiser.total, event.secondsLeft)
 * }
 * // Four minutes:
 * const optimizer = (steps: number) => adamW({ learningRate: cosineDecay({ from: 1e-3, steps }) })
 * await last(fit(model, batches, { until: { seconds: 240 }, optimizer, key: key(1) }))
 * // Until the loss on held-out batches falls no more:
 * const validation = { batches: heldOut, every: 100, patience: 5 }
 * await last(fit(model, batches, { steps: 2000, optimizer: adamW(), validation, key: key(1) }))
 */
export function fit<B>(
  model: Trainable<B>,
  batches: Batches<B>,
  options: FitOptions<NoInfer<B>>,
): AsyncGenerator<FitEvent, void, undefined> {
  return train(planOf(model, batches, options))
}

async function* train<B>(plan: Plan<B>): AsyncGenerator<FitEvent, void, undefined> {
  const { signal, sampleEvery, checkpoints, validation } = plan
  const run = freshRun(plan)
  const speed = speedometer()
  const watch = watcher(plan.model.players)
  const breathe = breather()
  let losses: StepEvent['losses'] = {}
  let failed = false
  try {
    if (plan.resume) await resumeRun(run, plan.resume)
    else if (checkpoints) await assertEmptyStore(checkpoints.store)
    const start = run.step
    while (run.step < run.pace.steps && !isStalled(run) && !signal?.aborted) {
      const reports = await round(run, speed)
      const due = checkpoints !== undefined && run.step % checkpoints.every === 0
      const planned = run.pace.look(run.step, due)
      if (planned) fitSchedules(run)
      const event = stepEvent(run, reports, speed, watch)
      losses = event.losses
      yield* handOut(run, event)
      const held = validation && run.step % validation.every === 0 ? await validate(run) : undefined
      if (held) yield* handOut(run, held)
      // A new plan is kept before the first step that follows it: a resume must not plan these steps in another way.
      if (checkpoints && (due || planned || held?.best)) yield* handOut(run, await saveCheckpoint(run))
      if (run.step % sampleEvery === 0) {
        run.ema?.show()
        yield* handOut(run, { type: 'sample', step: run.step })
        run.ema?.hide()
      }
      await breathe()
    }
    if (checkpoints && run.step > start && run.step !== run.savedStep) yield await saveCheckpoint(run)
    run.ema?.show()
    yield { type: 'end', step: run.step, reason: reasonOf(run), losses }
  } catch (error) {
    failed = true
    throw error
  } finally {
    if (failed) run.ema?.hide()
    else run.ema?.show()
    disposeRun(run)
  }
}

function reasonOf<B>(run: Run<B>): EndEvent['reason'] {
  if (run.step >= run.pace.steps) return 'done'
  return isStalled(run) ? 'stalled' : 'aborted'
}

/** Yields an event; the time until the consumer comes back is its own. */
async function* handOut<B>(run: Run<B>, event: FitEvent): AsyncGenerator<FitEvent, void, undefined> {
  const { end } = run.plan
  const from = performance.now()
  yield event
  if ('counts' in end && end.counts === 'training') run.pace.leaveOut((performance.now() - from) / 1000)
}

/** One step: all players' updates. */
async function round<B>(run: Run<B>, speed: Speedometer): Promise<Record<string, UpdateReport>> {
  const reports = await speed.time(
    () => updates(run),
    (all) => Object.values(all).reduce((rows, report) => rows + report.rows, 0),
  )
  run.ema?.update(run.step)
  run.step++
  return reports
}

function stepEvent<B>(
  run: Run<B>,
  reports: Record<string, UpdateReport>,
  speed: Speedometer,
  watch: Watcher,
): StepEvent {
  const { checkpoints } = run.plan
  const { steps } = run.pace
  const losses = pick(reports, 'losses')
  if (checkpoints) noteScore(run, checkpoints.score(losses))
  return {
    type: 'step',
    step: run.step,
    steps,
    losses,
    learningRate: pick(reports, 'learningRate'),
    gradientNorm: pick(reports, 'gradientNorm'),
    warnings: watch(losses),
    samplesPerSecond: speed.samplesPerSecond(),
    secondsLeft: run.pace.secondsLeft() ?? speed.secondsLeft(Math.max(0, steps - run.step)),
  }
}

/** The last report of each player; rows are those of all its updates. */
async function updates<B>(run: Run<B>): Promise<Record<string, UpdateReport>> {
  const { batches, key, accumulate, model, playing } = run.plan
  const perRound = model.players.reduce((sum, { steps = 1 }) => sum + steps * accumulate, 0)
  const roundKey = fold(key, run.step)
  const names = playing?.(run.step)
  const reports: Record<string, UpdateReport> = {}
  let position = 0
  for (const playerRun of run.players) {
    const { name, steps = 1 } = playerRun.player
    if (names && !names.includes(name)) {
      // Its batches and keys are left out, so that those of the others stay theirs.
      position += steps * accumulate
      continue
    }
    let rows = 0
    for (let i = 0; i < steps; i++) {
      const first = position
      const place = {
        round: run.step,
        update: playerRun.updates + 1,
        index: run.step * perRound + first,
        key: (micro: number) => fold(roundKey, first + micro),
        lastCheckpoint: run.savedStep,
      }
      const report = await updatePlayer(playerRun, batches, place, run.plan)
      playerRun.updates++
      rows += report.rows
      reports[name] = { ...report, rows }
      position += accumulate
    }
  }
  return reports
}

function pick<K extends keyof UpdateReport>(
  reports: Record<string, UpdateReport>,
  name: K,
): Record<string, UpdateReport[K]> {
  return Object.fromEntries(Object.entries(reports).map(([player, report]) => [player, report[name]]))
}
