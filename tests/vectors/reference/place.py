# SPDX-License-Identifier: MIT
"""place.h: where virtual capabilities go."""
from dataclasses import dataclass, replace

from . import config as c
from .errors import Error

MAX_CAPS = 16
EMULATED_LENGTHS = {c.PASID: 8, c.ATS: 8, c.PRI: 16}


@dataclass
class Cap:
    id: int
    length: int = 0
    offset: int = 0
    version: int = 0
    reason: str = ''

    @property
    def end(self):
        return self.offset + self.length


@dataclass
class Obstacle:
    code: str
    offset: int
    length: int
    id: int = None
    span: int = None
    quirk: str = None
    cap: Cap = None


def take_list(caps):
    """The list with its defaults filled in."""
    if not 1 <= len(caps) <= MAX_CAPS:
        raise Error('EINVAL')
    taken = []
    for cap in caps:
        emulated = EMULATED_LENGTHS.get(cap.id)
        cap = replace(cap, length=cap.length or emulated or 0, version=cap.version or 1)
        if emulated and (cap.length != emulated or cap.version != 1):
            raise Error('EINVAL')
        if cap.id in (0, 0xffff) or not 8 <= cap.length <= 0xf00 or cap.length % 4:
            raise Error('EINVAL')
        if cap.version > 15:
            raise Error('EINVAL')
        if cap.id not in c.REPEATED and any(other.id == cap.id for other in taken):
            raise Error('EINVAL')
        taken.append(cap)
    return taken


def reach(span, quirks):
    """How many bytes a capability reaches, and whether that is known."""
    if span.exact:
        return span.length, True
    extents = [length for quirk in quirks for offset, length in quirk.extents
               if offset == span.offset and length <= span.length]
    return (max(extents), True) if extents else (span.length, False)


class Search:
    def __init__(self, config, quirks, ranges):
        self.allowed = [not ranges] * c.SIZE
        for offset, length in ranges:
            if offset % 4 or length % 4 or offset + length > c.SIZE:
                raise Error('EINVAL')
            self.allowed[offset:offset + length] = [True] * length
        self.config = config
        self.quirks = quirks
        self.layout = c.read_layout(config)
        self.placed = []

    # What is at a dword

    def is_zero(self, at):
        return not any(self.config[at:at + 4])

    def span_at(self, at):
        for span in self.layout.spans:
            length, known = reach(span, self.quirks)
            if not span.offset <= at < span.offset + length:
                continue
            code = 'span' if known else 'inexact-span'
            if span.offset == c.EXTENDED and span.id == c.NULL:
                return Obstacle('head', span.offset, length, span.id)
            return Obstacle(code, span.offset, length, span.id, span.offset)
        return None

    def placed_at(self, at):
        for cap in self.placed:
            if cap.offset <= at < cap.end:
                return Obstacle('virtual', cap.offset, cap.length, cap.id, cap.offset)
        return None

    def hidden_at(self, at):
        for quirk in self.quirks:
            for offset, length in quirk.hidden:
                if offset < at + 4 and at < offset + length:
                    return Obstacle('hidden', offset, length, quirk=quirk.source)
        return None

    def claim_at(self, at):
        return self.span_at(at) or self.placed_at(at) or self.hidden_at(at)

    def kind_at(self, at):
        """What nobody claims."""
        if not self.allowed[at]:
            return 'range'
        return 'small' if self.is_zero(at) else 'nonzero'

    def obstacle_at(self, at):
        claim = self.claim_at(at)
        if claim:
            return claim
        start = at
        while (start > c.EXTENDED and not self.claim_at(start - 4) and
               self.kind_at(start - 4) == self.kind_at(at)):
            start -= 4
        return Obstacle(self.kind_at(at), start, at + 4 - start)

    def is_free(self, at):
        return self.allowed[at] and self.is_zero(at) and not self.claim_at(at)

    def lacks_head(self):
        return not self.layout.spans and self.hidden_at(c.EXTENDED) is not None

    # Rules

    def refuse(self, cap, *obstacles, error='EBUSY'):
        raise Error(error, [replace(obstacle, cap=cap) for obstacle in obstacles])

    def head_obstacle(self):
        return Obstacle('head', c.EXTENDED, 4)

    def prescribed(self, cap):
        offsets = [quirk.offset for quirk in self.quirks if quirk.offset]
        return offsets[-1] if offsets and cap.id == c.PASID else 0

    def allows(self, offset, length):
        return all(self.allowed[offset:offset + length])

    def physical(self, cap):
        span = self.layout.find(cap.id)
        if not span or cap.id in c.REPEATED or not span.exact or span.length < cap.length:
            return 0
        return span.offset if self.allows(span.offset, cap.length) else 0

    def check_bounds(self, cap):
        if cap.offset < c.EXTENDED or cap.end > c.SIZE:
            self.refuse(cap, Obstacle('outside', cap.offset, cap.length))
        if cap.offset % 4:
            self.refuse(cap, Obstacle('unaligned', cap.offset, cap.length))

    def check_trusted(self, cap):
        """Nothing but another capability that is known to be there contradicts."""
        for at in range(cap.offset, cap.end, 4):
            span = self.span_at(at)
            if span and span.id != cap.id and (span.code != 'inexact-span' or span.offset == at):
                self.refuse(cap, span)
            placed = self.placed_at(at)
            if placed:
                self.refuse(cap, placed)

    def check_quirk(self, cap):
        self.check_bounds(cap)
        if not self.allows(cap.offset, cap.length):
            self.refuse(cap, Obstacle('range', cap.offset, cap.length))
        self.check_trusted(cap)

    def check_explicit(self, cap):
        self.check_bounds(cap)
        if cap.offset == self.prescribed(cap):
            return self.check_quirk(cap)
        if self.layout.broken:
            raise Error('EPROTO')
        if cap.offset == self.physical(cap):
            return self.check_trusted(cap)
        if self.lacks_head():
            self.refuse(cap, self.head_obstacle())
        for at in range(cap.offset, cap.end, 4):
            if not self.is_free(at):
                self.refuse(cap, self.obstacle_at(at))
        return None

    def fix(self, cap):
        """Gives a capability its place, if that isn't any gap."""
        if cap.offset:
            cap.reason = 'explicit'
            self.check_explicit(cap)
        elif self.prescribed(cap):
            cap.reason = 'quirk'
            cap.offset = self.prescribed(cap)
            self.check_quirk(cap)
        elif self.layout.broken:
            raise Error('EPROTO')
        elif self.layout.loops:
            raise Error('ELOOP')
        else:
            cap.reason = 'physical'
            cap.offset = self.physical(cap)
            if cap.offset:
                self.check_trusted(cap)
        if cap.offset:
            self.placed.append(cap)

    def gap(self, length):
        if self.lacks_head():
            return 0
        free = [self.is_free(at) for at in range(0, c.SIZE, 4)]
        for at in range(c.SIZE - length, c.EXTENDED - 1, -4):
            if all(free[at // 4:(at + length) // 4]):
                return at
        return 0

    def fill_gaps(self, caps):
        """Returns the first capability for which there is no gap, or None."""
        for cap in caps:
            cap.reason = 'gap'
            cap.offset = self.gap(cap.length)
            if not cap.offset:
                return cap
            self.placed.append(cap)
        return None

    def all_obstacles(self, cap):
        obstacles = []
        end = c.SIZE
        while end > c.EXTENDED:
            obstacle = self.obstacle_at(end - 4)
            if obstacle.code != 'small' or obstacle.length < cap.length:
                obstacles.append(obstacle)
            end = obstacle.offset // 4 * 4
        if self.lacks_head():
            obstacles.append(self.head_obstacle())
        return obstacles

    def check_seen(self):
        if not c.find_conventional(self.config, 0x10):
            raise Error('ENXIO')


def place(config, quirks, caps, ranges):
    search = Search(config, quirks, ranges)
    caps = take_list(caps or [Cap(c.PASID)])
    search.check_seen()
    for cap in caps:
        search.fix(cap)

    fixed = list(search.placed)
    rest = [cap for cap in caps if not cap.offset]
    failed = search.fill_gaps(rest)
    if failed and len(rest) > 1:
        search.placed = fixed
        failed = search.fill_gaps(sorted(rest, key=lambda cap: -cap.length))
    if failed:
        search.refuse(failed, *search.all_obstacles(failed), error='ENOSPC')
    return search.layout.digest(), caps


def verify(config, quirks, ranges, digest, caps):
    search = Search(config, quirks, ranges)
    caps = take_list(caps)
    if search.layout.digest() != digest:
        raise Error('ESTALE')
    search.check_seen()
    for cap in caps:
        search.check_explicit(cap)
        search.placed.append(cap)
