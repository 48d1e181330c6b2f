"""What the reference makes of a folder of clips: the transcripts that the app's tests compare with.

`python reference.py MODEL_DIR AUDIO_DIR OUT.json [VARIANT]`. AUDIO_DIR holds `manifest.json` (a list of objects with
`file` and `seconds`) and 16 kHz files; clips above 30 s are left out, since they take more than one window. Writes an
object from file name to text.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path

import soundfile as sf

from audio import RATE
from reference_decoder import ReferenceDecoder


def main() -> None:
    model, audio, out = map(Path, sys.argv[1:4])
    decoder = ReferenceDecoder(model, *sys.argv[4:5])
    texts: dict[str, str] = {}
    for clip in json.loads((audio / "manifest.json").read_text()):
        if clip["seconds"] <= 30:
            samples, rate = sf.read(audio / clip["file"], dtype="float32")
            if rate != RATE or samples.ndim != 1:
                raise ValueError(f"{clip['file']}: {rate} Hz, {samples.ndim} dimensions; needs 16 kHz mono")
            texts[clip["file"]] = decoder.text(samples)
    out.write_text(json.dumps(texts, indent=1))
    print(f"{len(texts)} transcripts in {out}")


if __name__ == "__main__":
    main()
