/** Six signs and six colours, as the tokens have them. */
export const SIGNS = 6;

/** From the seventh person on colours repeat, with the next sign. `place` counts from 0. */
export const speakerColour = (place: number): string => `var(--speaker-${(place % SIGNS) + 1})`;
export const signOf = (place: number): number => (place + Math.floor(place / SIGNS)) % SIGNS;
