import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where models lie unless the user says otherwise. */
export const defaultModelsFolder = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'longhand', 'models');
