"""Other speakers, microphones and rooms out of the recordings at hand. Samples in, samples out, float32 at 16 kHz.

Strength 0 leaves audio as it is; probabilities and ranges grow with it. Shifts of the vocal tract and masks on the
spectrum are made on the mel side (features.py, windows.py), where they are cheap.
"""
from __future__ import annotations

import math

import numpy as np

from audio import RATE, Samples, Stored

Gap = tuple[float, float]  # where a pause was put in (fraction of the speech) and its seconds
COLOUR_HERTZ = [0, 100, 250, 500, 1000, 2000, 4000, 6000, 8000]


class Augmenter:
    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def utterance(self, audio: Stored, strength: float) -> Samples:
        """Speed (with pitch and formants) and level. Linear interpolation is good enough below 16 % of change."""
        x = audio.astype(np.float32) / 32768.0
        rng = self.rng
        if rng.random() < 0.7 * strength:
            factor = math.exp(rng.uniform(-0.16, 0.16) * strength)
            positions = np.arange(0, len(x) - 2, factor)
            base = positions.astype(np.int32)
            fraction = (positions - base).astype(np.float32)
            x = x[base] * (1 - fraction) + x[base + 1] * fraction
        return x * np.float32(10 ** (rng.uniform(-8, 4) / 20) if strength > 0 else 1.0)

    def pauses(self, x: Samples) -> tuple[Samples, list[Gap]]:
        """A quarter of the speakers hesitate: silence at one or two quiet places."""
        rng = self.rng
        frames = np.abs(x[:len(x) // 320 * 320]).reshape(-1, 320).max(axis=1)
        if rng.random() > 0.25 or len(frames) < 50:
            return x, []
        quiet = np.flatnonzero(frames[10:-10] < 0.04 * frames.max()) + 10
        if len(quiet) == 0:
            return x, []
        places = sorted({int(p) for p in rng.choice(quiet, size=int(rng.integers(1, 3)))})
        pieces, gaps, last = [], [], 0
        for place in places:
            cut, seconds = place * 320 + 160, float(rng.uniform(0.15, 1.5))
            pieces += [x[last:cut], np.zeros(int(seconds * RATE), np.float32)]
            gaps.append((cut / len(x), seconds))
            last = cut
        return np.concatenate([*pieces, x[last:]]), gaps

    def noise(self, length: int) -> Samples:
        """White to brown noise, sometimes hum, sometimes with slow changes of level; unit variance."""
        rng = self.rng
        size = 1 << (length - 1).bit_length()
        frequencies = np.arange(size // 2 + 1, dtype=np.float32) + 1
        spectrum = (rng.standard_normal(size // 2 + 1, dtype=np.float32)
                    + 1j * rng.standard_normal(size // 2 + 1, dtype=np.float32))
        spectrum = spectrum * frequencies ** (-rng.uniform(0, 1.2))
        if rng.random() < 0.15:
            base = rng.uniform(45, 130) * size / RATE
            for harmonic in range(1, int(rng.integers(3, 30))):
                position = int(base * harmonic)
                if position < len(spectrum):
                    spectrum[position] += np.abs(spectrum).max() * rng.uniform(1, 10) / harmonic
        x = np.fft.irfft(spectrum)[:length].astype(np.float32)
        if rng.random() < 0.3:
            points = rng.uniform(0.2, 1.0, max(2, length // RATE * 2))
            x *= np.interp(np.linspace(0, 1, length), np.linspace(0, 1, len(points)), points).astype(np.float32)
        return x / (x.std() + 1e-6)

    def room(self, x: Samples, strength: float) -> Samples:
        """Echo, microphone colour and band in one pass in the frequency domain; then telephone codec and clipping."""
        rng = self.rng
        echo, colour, band = (rng.random() < p * strength for p in (0.25, 0.6, 0.15))
        if echo or colour or band:
            size = 1 << (len(x) + 4000).bit_length()
            spectrum = np.fft.rfft(x, size)
            hertz = np.linspace(0, RATE / 2, size // 2 + 1)
            if echo:
                count = int(rng.uniform(0.05, 0.35) * RATE)
                tail = rng.standard_normal(count) * np.exp(-np.linspace(0, 6.9, count))  # 60 dB down at its end
                impulse = np.concatenate([[1.0], tail * rng.uniform(0.02, 0.12)])
                spectrum = spectrum * np.fft.rfft(impulse, size)
            if colour:
                points = np.cumsum(rng.normal(0, 2.5, len(COLOUR_HERTZ)))
                spectrum = spectrum * 10 ** (np.interp(hertz, COLOUR_HERTZ, points - points.mean()) / 20)
            if band:
                low, high = rng.uniform(50, 350), rng.uniform(3000, 7000)
                spectrum = spectrum / (1 + (hertz / high) ** 16) / (1 + (low / (hertz + 1)) ** 6)
            x = np.fft.irfft(spectrum, size)[:len(x)].astype(np.float32)
        if rng.random() < 0.08 * strength:
            x = self.mu_law(x)
        if rng.random() < 0.08 * strength:
            limit = np.abs(x).max() * rng.uniform(0.3, 0.8) + 1e-6
            x = np.clip(x, -limit, limit)
        return x

    def mu_law(self, x: Samples) -> Samples:
        """Eight bits a sample, as in telephony."""
        loudest = np.abs(x).max() + 1e-6
        code = np.round(np.sign(x) * np.log1p(255 * np.abs(x) / loudest) / np.log(256) * 127) / 127
        return (np.sign(code) * np.expm1(np.abs(code) * np.log(256)) / 255 * loudest).astype(np.float32)

    def silence(self, length: int) -> Samples:
        """A window without speech: nothing, noise, or noise and tones."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.2:
            return np.zeros(length, np.float32)
        used = int(length * rng.choice([1.0, rng.uniform(0.1, 1.0)]))
        x = self.noise(used)
        if kind > 0.75:
            time = np.arange(used) / RATE
            x = 0.2 * x
            for _ in range(int(rng.integers(1, 7))):
                onset, seconds = rng.uniform(0, used / RATE), rng.uniform(0.1, 2)
                sounding = (time > onset) & (time < onset + seconds)
                x = x + sounding * np.sin(2 * np.pi * rng.uniform(80, 2000) * time).astype(np.float32)
        x = x.astype(np.float32) * np.float32(10 ** rng.uniform(-3.5, -0.8))
        return np.concatenate([x, np.zeros(length - used, np.float32)])
