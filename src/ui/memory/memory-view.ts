/** What the page reads of the governor, and the one thing that it may ask of it. */
import type { Governor } from '../../memory/meter';

export type MemoryView = Pick<Governor, 'state' | 'history' | 'limitMegabytes' | 'setLimit'>;
