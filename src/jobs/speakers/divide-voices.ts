/** From stored voices to labels: nothing is heard again. In: voices and how many speakers. Out: labels without names. */
import type { SpeakerChoice, Voices } from '../../speakers/voices';
import { labelsFromTurns, type SpeakerLabels } from '../../transcript/speaker-labels';
import type { SpeakerCrew } from './speaker-crew';

/** Calibrated on dialogues of people whom nobody trained on (tools/speaker-model/README.md). */
const DISTANCES: Record<Voices['method'], number> = { simple: 0.73, full: 0.7 };

export async function divideVoices(
  voices: Voices,
  { count = null, distance = DISTANCES[voices.method] }: Partial<SpeakerChoice>,
  crew: Pick<SpeakerCrew, 'speakers'>,
): Promise<SpeakerLabels> {
  const { remote } = await crew.speakers();
  const turns = await remote.label(voices, { count, distance });
  return labelsFromTurns(turns, { kind: 'voices', method: voices.method, count, distance });
}
