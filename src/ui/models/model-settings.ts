/**
 * What a person has chosen about models, kept in this browser: the one that new recordings use, and the hosts that
 * models are fetched from, in order. A browser that keeps nothing is no reason to refuse: both then hold for this visit.
 */
import { EMBEDDED_MODEL } from '../../jobs/job-settings';
import { DEFAULT_MODEL_HOSTS } from '../../models/hub';

const CHOICE = 'longhand-model';
const HOSTS = 'longhand-model-hosts';

/** Its address, as jobs name it. */
let choice: string | null = null;

export function loadModelChoice(): string {
  return choice ?? read(CHOICE) ?? EMBEDDED_MODEL;
}

export function storeModelChoice(address: string): void {
  choice = address;
  write(CHOICE, address === EMBEDDED_MODEL ? null : address);
}

let hosts: readonly string[] | null = null;

export function loadModelHosts(): readonly string[] {
  return hosts ?? parseHosts(read(HOSTS) ?? '') ?? DEFAULT_MODEL_HOSTS;
}

/** Null for the hub itself. */
export function storeModelHosts(chosen: readonly string[] | null): void {
  hosts = chosen ?? DEFAULT_MODEL_HOSTS;
  write(HOSTS, chosen && chosen.join(' '));
}

/** Addresses between blanks or line ends; null where there is none, or one that is no address of a server. */
export function parseHosts(text: string): readonly string[] | null {
  const words = text.split(/[\s,]+/).filter(Boolean);
  const found = words.filter((word) => /^https?:\/\//.test(word) && URL.canParse(word));
  return words.length > 0 && found.length === words.length ? [...new Set(found)] : null;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    return;
  }
}
