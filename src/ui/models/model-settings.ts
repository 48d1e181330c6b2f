/**
 * What a person has chosen about models, kept in this browser: the one that new recordings use, and the hosts that
 * models are fetched from, in order. A browser that keeps nothing is no reason to refuse: both then hold for this visit.
 */
import { EMBEDDED_MODEL } from '../../jobs/job-settings';
import { DEFAULT_MODEL_HOSTS } from '../../models/hub';
import { keep, readKept } from '../kept';

const CHOICE = 'longhand-model';
const HOSTS = 'longhand-model-hosts';

/** Its address, as jobs name it. */
let choice: string | null = null;

export function loadModelChoice(): string {
  return choice ?? readKept(CHOICE) ?? EMBEDDED_MODEL;
}

export function storeModelChoice(address: string): void {
  choice = address;
  keep(CHOICE, address === EMBEDDED_MODEL ? null : address);
}

let hosts: readonly string[] | null = null;

export function loadModelHosts(): readonly string[] {
  return hosts ?? parseHosts(readKept(HOSTS) ?? '') ?? DEFAULT_MODEL_HOSTS;
}

/** Null for the hub itself. */
export function storeModelHosts(chosen: readonly string[] | null): void {
  hosts = chosen ?? DEFAULT_MODEL_HOSTS;
  keep(HOSTS, chosen && chosen.join(' '));
}

/** Addresses between blanks or line ends; null where there is none, or one that is no address of a server. */
export function parseHosts(text: string): readonly string[] | null {
  const words = text.split(/[\s,]+/).filter(Boolean);
  const found = words.filter((word) => /^https?:\/\//.test(word) && URL.canParse(word));
  return words.length > 0 && found.length === words.length ? [...new Set(found)] : null;
}
