"""Sentences of everyday talk, filled in from the templates of everyday.txt: names, dates, numbers, meetings.

Prose of the 19th century alone teaches neither "You are on mute" nor how numbers sound.
"""
from __future__ import annotations

import random
import re
from pathlib import Path

ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen").split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def number(n: int) -> str:
    """An integer below one million in English words."""
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10 - 2] + ("" if n % 10 == 0 else "-" + ONES[n % 10])
    if n < 1000:
        rest = n % 100
        return f"{ONES[n // 100]} hundred" + (f" and {number(rest)}" if rest else "")
    rest = n % 1000
    return f"{number(n // 1000)} thousand" + (f" {number(rest)}" if rest else "")


NAMES = ("Anna Ben Clara David Emma Frank Grace Henry Isabel Jack Karen Leo Maria Nick Olivia Paul "
         "Rachel Sam Tom Laura Peter Julia Mark Lucy Daniel Sarah Michael James Robert Linda Susan "
         "Kevin Brian Steven Lisa Amy Eric Nancy Betty Alice George Martin Simon Hannah Kate").split()
CITIES = ("London Paris Berlin New_York Chicago Boston Tokyo Madrid Rome Seattle Denver Toronto Sydney "
          "Dublin Vienna Zurich Oslo Austin Dallas Houston Miami Atlanta San_Francisco Los_Angeles").split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = ("January February March April May June July August September October November December").split()
ORDINALS = ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
            "fourteenth fifteenth twentieth twenty-first twenty-second thirtieth").split()
THINGS = ("report budget project meeting presentation schedule contract website computer phone camera "
          "microphone recording transcript file folder document email message password account invoice "
          "order package ticket hotel flight train bus car bike road kitchen window door table chair book "
          "movie song game music picture story idea problem question answer plan team customer client "
          "product service market price design test update version screen keyboard network server browser "
          "battery doctor teacher student school office company hospital restaurant coffee lunch dinner "
          "breakfast weather summer winter garden river mountain city village house apartment family "
          "brother sister mother father friend neighbor child dog cat bird horse fish tree flower").split()
VERBS = ["finish", "review", "send", "check", "update", "fix", "open", "close", "move", "start", "stop", "save",
         "delete", "share", "print", "read", "write", "change", "test", "build", "record", "explain", "discuss",
         "cancel", "postpone", "prepare", "order", "pay for", "look at", "think about", "talk about", "work on",
         "wait for", "listen to", "bring", "buy", "sell", "find", "lose", "forget", "remember"]
ADJECTIVES = ("good bad new old big small great terrible important interesting difficult easy quick slow "
              "expensive cheap beautiful simple strange quiet loud early late ready busy happy sad tired "
              "hungry cold warm hot wet dry clean dirty dark bright safe dangerous strong weak").split()


def fill(slot: str, rng: random.Random) -> str:
    """What stands in a template's {slot}."""
    match slot:
        case "n": return rng.choice(NAMES)
        case "c": return rng.choice(CITIES).replace("_", " ")
        case "d": return rng.choice(DAYS)
        case "mo": return rng.choice(MONTHS)
        case "o": return rng.choice(ORDINALS)
        case "t": return rng.choice(THINGS)
        case "v": return rng.choice(VERBS)
        case "a": return rng.choice(ADJECTIVES)
        case "h": return number(rng.randint(1, 12))
        case "m": return rng.choice(["fifteen", "thirty", "forty-five", "twenty", "ten"])
        case "dg": return number(rng.randint(0, 9))
        case "one": return number(rng.randint(1, 25))
        case "teen": return number(rng.randint(20, 99))
        case "small": return number(rng.randint(2, 99))
        case "num": return number(rng.choice([rng.randint(0, 100), rng.randint(0, 1000), rng.randint(0, 99999)]))
        case _: raise ValueError(f"unknown slot {slot}")


def everyday_sentences(count: int, rng: random.Random) -> set[str]:
    """At most `count` different sentences from the templates."""
    templates = (Path(__file__).parent / "everyday.txt").read_text().splitlines()
    sentences = (re.sub(r"\{(\w+)\}", lambda m: fill(m.group(1), rng), rng.choice(templates)) for _ in range(count))
    return {s[0].upper() + s[1:] for s in sentences}
