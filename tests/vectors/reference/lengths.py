# SPDX-License-Identifier: MIT
"""How long extended capabilities are, by the PCI Express Base Specification, revision 6.0."""


class Express:
    """What the PCI Express Capability (7.5.3) tells that lengths depend on."""

    ENDPOINTS = {0x0, 0x1, 0x9}  # PCI Express, legacy, integrated
    WITH_ROOT_ERRORS = {0x4, 0xa}  # root port, event collector

    def __init__(self, config, at):
        self.present = at != 0
        self.type = self.lanes = None
        self.flit = self.prefixes = False
        if not self.present:
            return
        flags = int.from_bytes(config[at + 2:at + 4], 'little')
        self.type = flags >> 4 & 0xf
        self.flit = flags & 0x8000 != 0
        self.lanes = int.from_bytes(config[at + 0xc:at + 0x10], 'little') >> 4 & 0x3f
        if flags & 0xf >= 2 and at + 0x28 <= 0x100:
            self.prefixes = config[at + 0x26] & 0x20 != 0


class Registers:
    """Those of a capability; beyond its room they read as 0."""

    def __init__(self, data, express):
        self.data = data
        self.express = express

    def bits(self, at, high=31, low=0):
        data = self.data[at:at + 4] if at + 4 <= len(self.data) else b''
        return int.from_bytes(data, 'little') >> low & (1 << high - low + 1) - 1

    @property
    def version(self):
        return self.bits(0, 19, 16)


def aer(r):
    if r.express.flit or r.version >= 3:
        dwords = r.bits(0x18, 17, 13)
        if not 4 < dwords <= 14:
            dwords = 14
        return 0x38 + 4 * max(dwords - 4, 4)
    if r.version >= 2 and (r.express.prefixes or not r.express.present):
        return 0x48
    if not r.express.present or r.express.type in Express.WITH_ROOT_ERRORS:
        return 0x38
    return 0x2c


def phases(arbitration):
    for mask, count in ((0x20, 256), (0x18, 128), (0x04, 64), (0x02, 32)):
        if arbitration & mask:
            return count
    return 0


def vc(r):
    count = r.bits(4, 2, 0) + 1
    ends = [0x10 + 12 * count]
    table = 16 * r.bits(8, 31, 24)
    if table:
        ends.append(table + phases(r.bits(8, 3, 1) << 1) * 4 // 8)
    for i in range(count):
        table = 16 * r.bits(0x10 + 12 * i, 31, 24)
        if table:
            bits = 1 << r.bits(4, 11, 10)
            ends.append(table + phases(r.bits(0x10 + 12 * i)) * bits // 8)
    return max(ends)


def svc(r):
    return 0x10 + 12 * (r.bits(4, 2, 0) + 1)


def power_budgeting(r):
    return None if r.bits(0xc, 7, 1) else 0x10


def at_least(low, value):
    return value if value >= low else None


def acs(r):
    if not r.bits(4, 5, 5):
        return 8
    return 8 + ((r.bits(4, 15, 8) or 256) + 31) // 32 * 4


def rebar(r):
    count = r.bits(8, 7, 5)
    return 4 + 8 * count if 1 <= count <= 6 else None


def tph(r):
    where = r.bits(4, 10, 9)
    if where == 3:
        return None
    return 0xc + (2 * (r.bits(4, 26, 16) + 1) if where == 1 else 0)


def lanes(base, each):
    def length(r):
        count = r.express.lanes
        return base + each * count if count and count <= 32 else None
    return length


def dpc(r):
    if not r.bits(4, 5, 5):
        return 0xc
    return 0x20 + 4 * (r.bits(4, 11, 8) + 16 * r.bits(4, 13, 13))


def ide(r):
    length = 0xc
    if r.bits(4, 0, 0):
        length += 8 * (r.bits(4, 15, 13) + 1)
    if r.bits(4, 1, 1):
        for _ in range(r.bits(4, 23, 16) + 1):
            length += 20 + 12 * r.bits(length, 3, 0)
    return length


# ID: the latest version that is known, the least length, and what computes it if it varies
KNOWN = {
    0x00: (15, 0x04, None),
    0x01: (3, 0x2c, aer),
    0x02: (1, 0x1c, vc),
    0x03: (1, 0x0c, None),
    0x04: (1, 0x10, power_budgeting),
    0x05: (1, 0x10, lambda r: 16 + 16 * r.bits(4, 15, 8)),
    0x06: (1, 0x0c, None),
    0x07: (2, 0x08, lambda r: 12 if r.version >= 2 else 8),
    0x08: (1, 0x1c, vc),
    0x09: (1, 0x1c, vc),
    0x0a: (1, 0x14, None),
    0x0b: (1, 0x08, lambda r: at_least(8, r.bits(4, 31, 20))),
    0x0d: (1, 0x08, acs),
    0x0e: (1, 0x08, None),
    0x0f: (1, 0x08, None),
    0x10: (1, 0x40, None),
    0x12: (1, 0x28, lambda r: 0x28 if r.express.type in Express.ENDPOINTS else 0x30),
    0x13: (1, 0x10, None),
    0x15: (1, 0x0c, rebar),
    0x16: (1, 0x14, lambda r: 0x10 + r.bits(4, 4, 0) + 1),
    0x17: (1, 0x0c, tph),
    0x18: (1, 0x08, None),
    0x19: (1, 0x10, lanes(0x0c, 2)),
    0x1a: (1, 0x10, lambda r: 0x10 + 4 * r.bits(4, 5, 0)),
    0x1b: (1, 0x08, None),
    0x1c: (1, 0x08, None),
    0x1d: (1, 0x0c, dpc),
    0x1e: (2, 0x10, lambda r: 0x14 if r.version >= 2 else 0x10),
    0x1f: (1, 0x0c, None),
    0x21: (1, 0x10, None),
    0x22: (1, 0x0c, None),
    0x23: (1, 0x0c, lambda r: at_least(10, r.bits(4, 31, 20))),
    0x24: (1, 0x0c, rebar),
    0x25: (1, 0x0c, None),
    0x26: (1, 0x24, lanes(0x20, 1)),
    0x27: (1, 0x0c, lanes(0x08, 4)),
    0x28: (1, 0x20, None),
    0x29: (1, 0x10, None),
    0x2a: (1, 0x24, lanes(0x20, 1)),
    0x2b: (1, 0x14, lambda r: 0x18 if r.bits(4, 8, 8) else 0x14),
    0x2c: (1, 0x14, None),
    0x2d: (1, 0x1c, None),
    0x2e: (2, 0x18, None),
    0x2f: (1, 0x10, None),
    0x30: (1, 0x0c, ide),
    0x31: (1, 0x14, lanes(0x10, 1)),
    0x32: (1, 0x3c, None),
    0x33: (1, 0x24, None),
    0x34: (1, 0x24, None),
    0x35: (1, 0x1c, svc),
    0x36: (1, 0x08, lambda r: at_least(8, r.bits(4, 11, 0))),
}


def length(data, express):
    """How long the capability at the start of data is, or None if that can't be known.

    data ends where the next header stands; what is returned may be more than it has.
    """
    registers = Registers(data, express)
    version, least, compute = KNOWN.get(registers.bits(0, 15, 0), (-1, 0, None))
    if registers.version > version:
        return None
    if not compute or len(data) < least:
        return least
    computed = compute(registers)
    if computed is None:
        return None
    return max(least, (computed + 3) // 4 * 4)
