"""Speech of known word times: free synthesizers say sentences, and tell when each word begins and ends.

`python tools/spoken-words/make.py OUT_DIR` writes `<voice>-<n>.flac` (16 kHz mono) and `words.json`: for each file its
text and `[word, start, end]` in seconds, null where the synthesizer does not tell. Needs flite, festival with its HTS
voice, espeak-ng and ffmpeg (Debian).
The decision to know: the times are those by which the sound was made (flite and festival: of each word's first and last
segment; eSpeak NG: its word events), not found in the sound by anybody, so they are the truth to measure against.
eSpeak NG tells only where words begin, and not of all: it says some pairs ("in the") as one.
"""
from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import re
import subprocess
import tempfile
from pathlib import Path

SENTENCES = Path(__file__).with_name("sentences.txt")
FLITE = ("slt", "rms", "kal")
FESTIVAL = ("cmu_us_slt_arctic_hts", "kal_diphone", "ked_diphone")
ESPEAK = ("en-us", "en-gb")
Words = list[tuple[str, float | None, float | None]]


def flite(text: str, voice: str, path: Path) -> Words:
    base = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
    for library in ("libflite_usenglish.so.1", "libflite_cmulex.so.1"):
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    register = getattr(ctypes.CDLL(f"libflite_cmu_us_{voice}.so.1"), f"register_cmu_us_{voice}")
    for function, result, arguments in (
            (base.flite_init, ctypes.c_int, []), (register, ctypes.c_void_p, [ctypes.c_char_p]),
            (base.flite_synth_text, ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_void_p]),
            (base.utt_relation, ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
            (base.relation_head, ctypes.c_void_p, [ctypes.c_void_p]),
            (base.item_next, ctypes.c_void_p, [ctypes.c_void_p]),
            (base.ffeature_string, ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_char_p]),
            (base.ffeature_float, ctypes.c_float, [ctypes.c_void_p, ctypes.c_char_p]),
            (base.utt_wave, ctypes.c_void_p, [ctypes.c_void_p]),
            (base.cst_wave_save_riff, ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p])):
        function.restype, function.argtypes = result, arguments
    base.flite_init()
    utterance = base.flite_synth_text(text.encode(), register(None))
    words: Words = []
    item = base.relation_head(base.utt_relation(utterance, b"Word"))
    while item:
        name = base.ffeature_string(item, b"name").decode()
        first, last = b"R:SylStructure.daughter1.daughter1", b"R:SylStructure.daughtern.daughtern"
        has_former = base.ffeature_string(item, first + b".R:Segment.p.name") not in (b"0", b"")
        start = base.ffeature_float(item, first + b".R:Segment.p.end") if has_former else 0.0
        words.append((name, start, base.ffeature_float(item, last + b".R:Segment.end")))
        item = base.item_next(item)
    base.cst_wave_save_riff(base.utt_wave(utterance), str(path).encode())
    return words


def festival(text: str, voice: str, path: Path) -> Words:
    script = path.with_suffix(".scm")
    script.write_text(f"""(voice_{voice})
(set! spoken (utt.synth (Utterance Text "{text}")))
(utt.save.wave spoken "{path}" 'riff)
(mapcar (lambda (word) (format t "%s\\t%f\\t%f\\n" (item.name word) (item.feat word 'word_start)
  (item.feat word 'word_end))) (utt.relation.items spoken 'Word))
""")
    told = subprocess.run(["festival", "-b", str(script)], capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in told.splitlines() if line.count("\t") == 2]
    return [(name, float(start), float(end)) for name, start, end in rows]


class EspeakEvent(ctypes.Structure):
    """espeak_EVENT of espeak-ng/speak_lib.h."""
    _fields_ = [("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
                ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
                ("user_data", ctypes.c_void_p), ("id", ctypes.c_char * 8)]


def espeak(text: str, voice: str, path: Path) -> Words:
    library = ctypes.CDLL("libespeak-ng.so.1")
    synchronous, word_event, utf8 = 2, 1, 1
    rate = library.espeak_Initialize(synchronous, 0, None, 0)
    library.espeak_SetVoiceByName(voice.encode())
    samples = bytearray()
    begins: dict[int, float] = {}  # by place in the text

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(EspeakEvent))
    def hear(wave, count, events):  # noqa: ANN001, ANN202
        if wave and count > 0:
            samples.extend(ctypes.string_at(wave, 2 * count))
        index = 0
        while events[index].type != 0:
            event = events[index]
            if event.type == word_event:
                begins[event.text_position - 1] = event.audio_position / 1000
            index += 1
        return 0

    library.espeak_SetSynthCallback(hear)
    data = text.encode()
    library.espeak_Synth(data, len(data) + 1, 0, 1, 0, utf8, None, None)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "-", str(path)],
                   input=bytes(samples), check=True)
    return [(word.group(), begins.get(word.start()), None) for word in re.finditer(r"[A-Za-z']+", text)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--of-each", type=int, default=100, help="sentences for each voice")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    sentences = [line for line in SENTENCES.read_text().splitlines() if line]
    voices = [(flite, v) for v in FLITE] + [(festival, v) for v in FESTIVAL] + [(espeak, v) for v in ESPEAK]
    spoken = []
    for number, (speak, voice) in enumerate(voices):
        for turn in range(min(args.of_each, len(sentences))):
            # Every voice says others, so that few sentences cover much.
            text = sentences[(number * args.of_each + turn) % len(sentences)]
            name = f"{speak.__name__}-{voice.split('_')[-2] if '_' in voice else voice}-{turn}.flac"
            with tempfile.TemporaryDirectory() as folder:
                wave = Path(folder) / "spoken.wav"
                # A process each: a second utterance of eSpeak NG tells wrong times.
                with multiprocessing.Pool(1) as process:
                    words = process.apply(speak, (text, voice, wave))
                subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(wave), "-ar", "16000", "-ac", "1",
                                "-sample_fmt", "s16", str(args.out / name)], check=True)
            if [word.lower() for word, _, _ in words] != re.sub(r"[^a-z' ]", "", text.lower()).split():
                raise ValueError(f"{name}: {words} is not {text}")
            rounded = [[word, *(time if time is None else round(time, 3) for time in times)] for word, *times in words]
            spoken.append({"file": name, "text": text, "words": rounded})
    lines = ",\n".join("  " + json.dumps(each) for each in spoken)
    (args.out / "words.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
