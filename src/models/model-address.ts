/** How jobs name models: a folder behind an address, or `stored:OWNER/NAME` for one on disk. Pure. */
const SCHEME = 'stored:';

/** The model that comes with the app, relative to the page. */
export const EMBEDDED_ADDRESS = 'models/embedded/';

/** The address by which jobs name a model on disk. */
export const storedModelUrl = (id: string): string => `${SCHEME}${id}`;

/** The id in such an address; null for the address of a folder. */
export const storedModelId = (url: string): string | null =>
  url.startsWith(SCHEME) ? url.slice(SCHEME.length) : null;
