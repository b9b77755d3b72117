# SPDX-License-Identifier: MIT
"""config.h: the layout of extended config space."""
from dataclasses import dataclass, field

from . import lengths
from .errors import Error

SIZE = 0x1000
EXTENDED = 0x100

NULL = 0x0000
ATS = 0x000f
PRI = 0x0013
PASID = 0x001b
# A function may have several of these.
REPEATED = {0x000b, 0x0023, 0x002e}


def get(config, at, length):
    return int.from_bytes(config[at:at + length], 'little')


def put(config, at, length, value):
    config[at:at + length] = value.to_bytes(length, 'little')


def fnv1a(data):
    value = 0xcbf29ce484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 % (1 << 64)
    return value


@dataclass
class Span:
    offset: int
    next: int
    id: int
    version: int
    length: int = 0
    exact: bool = False
    cut: bool = False
    hidden: bool = False

    @property
    def end(self):
        return self.offset + self.length


@dataclass
class Layout:
    spans: list = field(default_factory=list)
    broken: bool = False
    loops: bool = False

    def find(self, id):
        return next((span for span in self.spans if span.id == id), None)

    def digest(self):
        data = bytearray()
        for span in self.spans:
            for number in (span.id, span.version, span.offset):
                data += number.to_bytes(2, 'little')
        return fnv1a(data)


def find_conventional(config, id, room=4):
    """The offset of a conventional capability with so many bytes, or 0."""
    if not config[0x06] & 0x10:
        return 0
    at = config[0x34] & 0xfc
    for _ in range((EXTENDED - 0x40) // 4):
        if at < 0x40 or config[at] == 0xff:
            return 0
        if config[at] == id:
            return at if at + room <= EXTENDED else 0
        at = config[at + 1] & 0xfc
    return 0


def _walk(config, layout):
    at = EXTENDED
    seen = set()
    while True:
        header = get(config, at, 4)
        if header == 0xffffffff:
            layout.broken = True
        if header in (0, 0xffffffff):
            return
        seen.add(at)
        span = Span(at, header >> 20 & 0xffc, header & 0xffff, header >> 16 & 0xf)
        span.hidden = span.id == NULL and span.next != 0
        layout.spans.append(span)
        at = span.next
        if at == 0:
            return
        if at < EXTENDED:
            layout.broken = True
            return
        if at in seen:
            layout.loops = True
            return


def read_layout(config):
    if all(byte == 0xff for byte in config[:0x40]):
        raise Error('EIO')
    layout = Layout()
    _walk(config, layout)
    express = lengths.Express(config, find_conventional(config, 0x10, 20))
    offsets = [span.offset for span in layout.spans]
    for span in layout.spans:
        room = min([at for at in offsets if at > span.offset], default=SIZE) - span.offset
        length = lengths.length(config[span.offset:span.offset + room], express)
        span.exact = length is not None and length <= room
        span.cut = length is not None and length > room
        span.length = length if span.exact else room
    return layout
