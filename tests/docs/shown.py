# SPDX-License-Identifier: MIT
"""Whether a block shows what was printed, and what it has to show instead."""
import difflib
import functools
import re

OMITTED = '...'
# Where texts that differ with each run may differ: releases of kernels, process numbers
ANY = re.compile(r'\b\d+\.\d+\.\d+(?:\+|~)deb\d+[-\w]*|\bprocess \d+')
GAP = -0.6      # for a line that is on one side alone


def plain(line):
    return ANY.sub('ANY', line.rstrip())


def is_fixed(line, loose):
    """Whether nothing that was printed is laid beside it: a command, where only what commands have
    printed is looked at"""
    return loose and line.startswith('$ ')


def rows_of(shown, loose):
    """The rows of lines between omissions. If it is loose, there may be one before each line."""
    rows = [[]]
    for line in shown:
        if line == OMITTED or loose:
            rows.append([])
        if line != OMITTED and not is_fixed(line, loose):
            rows[-1].append(plain(line))
    return rows + [[]] if loose else rows


def find(row, printed, at, step):
    """Where the row ends in what was printed, at the first place that it can have, or None"""
    places = range(at, len(printed) - len(row) + 1) if step else [at]
    return next((place + len(row) for place in places
                 if printed[place:place + len(row)] == row), None)


def agrees(shown, printed, loose=False):
    """Whether what was printed has all rows in this order, and nothing else but what is omitted"""
    rows = rows_of(shown, loose)
    printed = [plain(line) for line in printed]
    at = 0
    for i, row in enumerate(rows):
        last = i == len(rows) - 1
        if last and i and row:
            at = max(at, len(printed) - len(row))
        at = find(row, printed, at, i and not last)
        if at is None:
            return False
    return at == len(printed) or len(rows) > 1 and not rows[-1]


def likeness(old, new):
    return difflib.SequenceMatcher(None, plain(old), plain(new)).ratio() * 2 - 1


def steps(old, new, loose):
    """What can be done with the next line that is shown and the next that was printed, either of
    which may be None: a score, how far it goes in both, and the lines that are shown then"""
    if old == OMITTED or old and is_fixed(old, loose):
        yield 0, 1, 0, [old]
    if new is not None and (old == OMITTED or loose):
        yield 0, 0, 1, []
    if old in (None, OMITTED) or is_fixed(old, loose):
        if new is not None and old != OMITTED:
            yield GAP, 0, 1, [new]
        return
    yield GAP, 1, 0, []
    if new is not None:
        yield GAP, 0, 1, [new]
        yield likeness(old, new), 1, 1, [old if plain(old) == plain(new) else new]


def renewed(shown, printed, loose=False):
    """The block with what was printed, and omissions where it had them: the likest lines are
    laid side by side."""
    def at(lines, i):
        return lines[i] if i < len(lines) else None

    @functools.lru_cache(None)
    def best(i, j):
        options = [(score + best(i + di, j + dj)[0], di, dj, lines)
                   for score, di, dj, lines in steps(at(shown, i), at(printed, j), loose)]
        return max(options, key=lambda option: option[0], default=(0, 0, 0, []))

    for j in range(len(printed), -1, -1):       # from the end, so that no call is deep
        for i in range(len(shown), -1, -1):
            best(i, j)
    result, i, j = [], 0, 0
    while i < len(shown) or j < len(printed):
        _, di, dj, lines = best(i, j)
        result += lines
        i, j = i + di, j + dj
    return result
