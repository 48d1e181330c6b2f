/** Models in words: what they are good for, in which numbers they run, how fast, how far a download is. Pure. */
import { type CatalogModel, EMBEDDED_MODEL, findModel } from '../../models/catalog';
import type { Dtype, DtypePair, ModelBackend } from '../../models/model-layout';
import type { ModelProgress } from '../../models/model-task';
import type { Recommendation } from '../../models/tiers';
import { formatSize, formatTimeLeft } from '../format';

/** Plain words about the model that comes with the app, wherever a larger one is offered beside it. */
export const EMBEDDED_WORDS =
  'It is small: good for a first try and for the gist of clear English. It gets many words wrong, more with accents, names and noise, and knows no other language.';

const ABOUT: Record<CatalogModel['size'], string> = {
  embedded: 'Came with the page; always here, also offline.',
  tiny: 'For old machines and quick drafts.',
  base: 'A sound choice for clear speech.',
  small: 'Better with accents, names and poor rooms.',
  medium: 'Surer still, for machines with a graphics card.',
  'large-v3': 'The most accurate and the slowest.',
  'large-v3-turbo': 'Nearly as accurate as the largest, several times as fast.',
};

/** What a model is called where people read it; one that is not in the catalog goes by its name. */
export function modelTitle(id: string): string {
  const model = findModel(id);
  if (model === EMBEDDED_MODEL) return 'Embedded English';
  if (model && 'title' in model) return model.title;
  return id.replace(/^import\//, '');
}

export function aboutModel(id: string): string {
  const model = findModel(id);
  if (!model || !('size' in model)) {
    return id.startsWith('import/') ? 'Brought in from this disk.' : `${id}, by its name on the hub.`;
  }
  const languages = model.languages === 'en' ? 'English.' : 'About a hundred languages.';
  const words = model.wordTimestamps ? ' Holds what times of single words are made from.' : '';
  return `${languages} ${ABOUT[model.size]}${words}`;
}

const FORMATS: Record<Dtype, string> = {
  fp32: 'full precision',
  fp16: 'half precision',
  int8: '8 bits',
  q8: '8 bits',
  q4: '4 bits',
  q4f16: '4 bits and half precision',
};

export const formatWords = ({ encoder, decoder }: DtypePair): string =>
  encoder === decoder ? FORMATS[encoder] : `${FORMATS[encoder]}, decoder ${FORMATS[decoder]}`;

export const backendWords: Record<ModelBackend, string> = {
  wasm: 'processor',
  webgpu: 'graphics card',
};

/** `6×`, rounded so that nothing more than is true is promised. */
const times = (speed: number): string =>
  speed >= 10 ? String(Math.floor(speed)) : speed.toFixed(speed < 1 ? 1 : 0);

/** `about 6 times real time` */
export const speedWords = (speed: number): string => `about ${times(speed)} times real time`;

/** `This machine: Base, about 6 times real time.` */
export const recommendationWords = ({ model, speedFactor }: Recommendation): string =>
  `This machine: ${modelTitle(model.id)}, ${speedWords(speedFactor)}.`;

const ACTIVITIES: Record<ModelProgress['activity'], string> = {
  listing: 'Asking for the list of files',
  downloading: 'Fetching',
  importing: 'Taking in',
  quantizing: 'Making smaller weights',
  checking: 'Checking',
};

/** `154 MB of 252 MB, 6.2 MB a second, 16 s left`; why nothing moves, where it does not. */
export function progressWords(progress: ModelProgress | null): string {
  if (!progress) return 'Beginning.';
  const { activity, doneBytes, sizeBytes, bytesPerSecond, secondsLeft, waiting } = progress;
  if (waiting) {
    const host = URL.canParse(waiting.host) ? new URL(waiting.host).host : waiting.host;
    return `${host} answers: ${waiting.answer}. Asking again in ${formatTimeLeft(waiting.seconds)}.`;
  }
  const parts = [
    `${ACTIVITIES[activity]}: ${formatSize(doneBytes)}${sizeBytes === null ? '' : ` of ${formatSize(sizeBytes)}`}`,
    bytesPerSecond === null ? '' : `${formatSize(bytesPerSecond)} a second`,
    secondsLeft === null ? '' : `${formatTimeLeft(secondsLeft)} left`,
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}
