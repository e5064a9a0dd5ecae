/** What worker and page agree on. @module */

/** Half the side of the square that is shown. */
export const bound = 4.5
/** Arrows of the field along each side. */
export const fieldSide = 19
/** Numbers of steps whose results are compared. */
export const compared: readonly number[] = [1, 2, 5, 20]
/** Numbers of steps to choose from. */
export const stepChoices: readonly number[] = [1, 2, 5, 10, 20, 50]
