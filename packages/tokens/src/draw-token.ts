/** Draws from logits on the CPU. @module */

/** `log Σ exp(logits / temperature)`, in float64. */
export function logTotal(logits: ArrayLike<number>, temperature = 1): number {
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < logits.length; i++) most = Math.max(most, logits[i]! / temperature)
  let sum = 0
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! / temperature - most)
  return most + Math.log(sum)
}

/** The token whose part of [0, 1) under softmax(logits / temperature) holds u. */
export function drawToken(logits: ArrayLike<number>, temperature: number, u: number): number {
  const total = logTotal(logits, temperature)
  let below = 0
  for (let token = 0; token < logits.length - 1; token++) {
    below += Math.exp(logits[token]! / temperature - total)
    if (u < below) return token
  }
  return logits.length - 1
}
