/**
 * Turns out of stored voices: what runs again when somebody wants another number of speakers. Pure; an hour takes tens of
 * milliseconds (`npm run bench -- diarize`).
 */
import { joinTurns } from '../lib/join-turns';
import { chooseSpeakers } from './choose-speakers';
import { dot, embeddingOf, type SpeakerChoice, type SpeakerTurn, type Voices } from './voices';
import { whoWhen } from './who-when';

/** Silence inside one speaker's turn up to this long belongs to it. */
const BRIDGED_SECONDS = 0.5;

export function labelVoices(voices: Voices, choice: SpeakerChoice): SpeakerTurn[] {
  const speakers = chooseSpeakers(voices, choice);
  const spoken = voices.method === 'simple' ? whoWhen(voices, speakers) : whoOwns(voices, speakers);
  return inOrderOfFirstWords(bridgeTurns(spoken));
}

/**
 * Windows stitched by embeddings: which speaker each voice is. Those of one window are different people, so the surest
 * likeness is given first, and a speaker only once; but where a window has more voices than there are speakers, two
 * voices are one.
 */
export function stitch(voices: Voices, speakers: readonly Float32Array[]): Int32Array {
  const speakerOf = new Int32Array(voices.windows.length);
  const windows = new Map<number, number[]>();
  voices.windows.forEach((window, voice) => windows.set(window, [...(windows.get(window) ?? []), voice]));
  for (const together of windows.values()) {
    const pairs = together
      .flatMap((voice) => {
        const embedding = embeddingOf(voices, voice);
        return speakers.map((speaker, i) => ({ voice, speaker: i, likeness: dot(embedding, speaker) }));
      })
      .sort((a, b) => b.likeness - a.likeness);
    const placed = new Set<number>();
    const taken = new Set<number>();
    const place = ({ voice, speaker }: (typeof pairs)[number]) => {
      if (placed.has(voice)) return;
      placed.add(voice);
      taken.add(speaker);
      speakerOf[voice] = speaker;
    };
    for (const pair of pairs) if (!taken.has(pair.speaker)) place(pair);
    pairs.forEach(place);
  }
  return speakerOf;
}

/** Each stretch has its voice, and voices may overlap. */
function whoOwns(voices: Voices, speakers: readonly Float32Array[]): SpeakerTurn[] {
  if (speakers.length === 0) return [];
  const speakerOf = stitch(voices, speakers);
  return Array.from(voices.owners, (voice, i) => ({
    startSeconds: voices.stretches[2 * i]!,
    endSeconds: voices.stretches[2 * i + 1]!,
    speaker: speakerOf[voice]!,
  }));
}

/** One turn out of those of one speaker that touch or have only a short pause between them. In order of time. */
export const bridgeTurns = (turns: readonly SpeakerTurn[]): SpeakerTurn[] =>
  // Somebody else's words in a pause end the turn, so that turns overlap only where people do.
  joinTurns(turns, (before, turn, isNext) => {
    const pauseSeconds = turn.startSeconds - before.endSeconds;
    return pauseSeconds <= STEP_TOLERANCE || (isNext && pauseSeconds <= BRIDGED_SECONDS);
  });

/** Times are sums of binary fractions. */
const STEP_TOLERANCE = 1e-6;

function inOrderOfFirstWords(turns: readonly SpeakerTurn[]): SpeakerTurn[] {
  const numbers = new Map<number, number>();
  return turns.map((turn) => {
    if (!numbers.has(turn.speaker)) numbers.set(turn.speaker, numbers.size);
    return { ...turn, speaker: numbers.get(turn.speaker)! };
  });
}
