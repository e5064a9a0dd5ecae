/** How a boundary is found. @module */

/** How {@link attributeDirection} finds the boundary. */
export type DirectionMethod = 'svm' | 'logistic' | 'lda' | 'meanDifference'
