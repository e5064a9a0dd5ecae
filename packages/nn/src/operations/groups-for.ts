/** The number of groups that suits a number of channels. @module */

/** Channels that a group should have at least, where there are so many: one alone loses its mean. */
const leastChannels = 4

/**
 * The largest number of groups that divides the channels, is at most `most` and leaves at least 4 channels a group; 1 if
 * there is none.
 *
 * @example
 * groupsFor(96, 8) // 8
 * groupsFor(12, 8) // 3
 */
export function groupsFor(channels: number, most = 8): number {
  const limit = Math.min(most, Math.floor(channels / leastChannels))
  for (let groups = limit; groups > 1; groups--) if (channels % groups === 0) return groups
  return 1
}
