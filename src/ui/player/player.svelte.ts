/**
 * Hearing the recording. In: the file. Out: position, whether it sounds, and why it cannot.
 * The file stays where it is: the media element reads it through an object URL, revoked on close.
 */
import { on } from 'svelte/events';
import { openCleanSound, type CleanSound, type LoadDenoiser } from './clean-sound';

export interface Player {
  readonly seconds: number;
  /** As `seconds`, exact at any moment, and no signal: what is told comes four times a second. */
  now(): number;
  readonly playing: boolean;
  readonly rate: number;
  /** Someone has pressed play or moved the position; until then nothing is lit. */
  readonly started: boolean;
  /** The browser cannot play this kind of file; the text is not affected. */
  readonly refused: boolean;
  /** Without noise, or as it was recorded. `refused` where this browser cannot. */
  readonly clean: 'off' | 'on' | 'refused';
  playFrom(seconds: number): void;
  toggle(): void;
  seek(seconds: number): void;
  setRate(rate: number): void;
  /** Call it from a click. */
  toggleClean(): Promise<void>;
  close(): void;
}

export function openPlayer(file: File, loadDenoiser: LoadDenoiser): Player {
  const url = URL.createObjectURL(file);
  const element = new Audio();
  element.preload = 'metadata';
  element.src = url;

  let seconds = $state(0);
  let playing = $state(false);
  let rate = $state(1);
  let started = $state(false);
  let refused = $state(false);
  let clean = $state<Player['clean']>('off');
  let sound: Promise<CleanSound> | null = null;
  let closed = false;

  const listeners = [
    on(element, 'timeupdate', () => (seconds = element.currentTime)),
    on(element, 'seeking', () => (seconds = element.currentTime)),
    on(element, 'play', () => (playing = true)),
    on(element, 'pause', () => (playing = false)),
    on(element, 'error', () => (refused = true)),
  ];

  function play(): void {
    started = true;
    // Rejected where the file cannot be played (then `error` says so) or a pause comes first; neither needs more.
    element.play().catch(() => undefined);
  }

  function seek(target: number): void {
    const end = Number.isFinite(element.duration) ? element.duration : Infinity;
    started = true;
    seconds = Math.max(0, Math.min(target, end));
    element.currentTime = seconds;
  }

  return {
    get seconds() {
      return seconds;
    },
    now: () => element.currentTime,
    get playing() {
      return playing;
    },
    get rate() {
      return rate;
    },
    get started() {
      return started;
    },
    get refused() {
      return refused;
    },
    get clean() {
      return clean;
    },
    playFrom(target) {
      seek(target);
      play();
    },
    toggle() {
      if (element.paused) play();
      else element.pause();
    },
    seek,
    setRate(next) {
      rate = next;
      element.playbackRate = next;
    },
    async toggleClean() {
      const wanted = clean === 'off' ? 'on' : 'off';
      clean = wanted;
      try {
        sound ??= openCleanSound(element, loadDenoiser);
        const opened = await sound;
        if (closed) opened.close();
        else opened.set(wanted === 'on');
      } catch {
        // It plays on as it was recorded.
        clean = 'refused';
      }
    },
    close() {
      closed = true;
      sound?.then((opened) => opened.close()).catch(() => undefined);
      for (const off of listeners) off();
      element.pause();
      element.removeAttribute('src');
      element.load();
      URL.revokeObjectURL(url);
    },
  };
}
