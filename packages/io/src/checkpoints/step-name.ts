/** The name of a checkpoint among others. @module */

const pattern = /^step-(\d{8,})$/

/** The name that says a step. */
export function stepName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`
}

/** The step that a name says, if it is a checkpoint's. */
export function stepOf(name: string): number | undefined {
  const step = Number(pattern.exec(name)?.[1])
  return stepName(step) === name ? step : undefined
}
