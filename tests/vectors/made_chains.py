# SPDX-License-Identifier: MIT
"""Chains that have each capability of the specification, in several forms: real functions have few
of those whose length their registers tell.
"""
from functions import Function, identify
from reference import config as c
from reference import lengths

# Of the PCI Express Capability: its flags, its link's width, Device Capabilities 2
ENDPOINT, ROOT_PORT, FLIT = (0x0002, 16, 0), (0x0042, 4, 0x00200000), (0x8002, 1, 0)

# What the registers of some capabilities are, by their offsets
MANY = {
    0x01: {0x18: 7 << 13},
    0x02: {0x04: 0x0801, 0x08: 0x07000004, 0x10: 0x06000002, 0x1c: 0x05000004},
    0x04: {0x0c: 1},
    0x05: {0x04: 2 << 8},
    0x08: {0x04: 0x0402, 0x10: 0x05000008, 0x28: 0x06000010},
    0x09: {0x04: 0x0000, 0x10: 0x03000020},
    0x0b: {0x04: 0x01e10001},
    0x0d: {0x04: 0x2120},
    0x15: {0x08: 3 << 5},
    0x16: {0x04: 9},
    0x17: {0x04: 5 << 16 | 1 << 9},
    0x1a: {0x04: 3},
    0x1d: {0x04: 0x0420},
    0x23: {0x04: 0x01a11b36, 0x08: 0xffff},
    0x24: {0x08: 6 << 5},
    0x2b: {0x04: 0x100},
    0x30: {0x04: 0x00010003 | 1 << 13, 0x1c: 2, 0x48: 1},
    0x35: {0x04: 2},
    0x36: {0x04: 0x012},
}
FEW = {
    0x01: {0x18: 2 << 13},
    0x02: {0x08: 0x03000002},
    0x04: {0x0c: 2},
    0x08: {0x08: 0x02000008, 0x10: 0x00000002},
    0x09: {0x10: 0x02000001},
    0x0b: {0x04: 0x00710001},
    0x0d: {0x04: 0x0020},
    0x15: {0x08: 0},
    0x17: {0x04: 3 << 9},
    0x1d: {0x04: 0x2120},
    0x23: {0x04: 0x00911b36},
    0x24: {0x08: 7 << 5},
    0x30: {0x04: 0x00000002, 0x0c: 0},
    0x35: {0x04: 0},
    0x36: {0x04: 0x007},
}
NONE = {0x17: {0x04: 2 << 9}, 0x0b: {0x04: 0x00810001}, 0x23: {0x04: 0x00a11b36},
        0x30: {0x04: 0x0000e001}, 0x36: {0x04: 0x008}}

# name, what is special, the PCI Express Capability, registers, what is added to the latest version
CHAINS = [
    ('lengths-many', 'many capabilities, whose registers tell of more', ENDPOINT, MANY, 0),
    ('lengths-few', 'the same in a root port, whose registers tell of less, or can\'t be',
     ROOT_PORT, FEW, 0),
    ('lengths-old', 'the same in earlier versions', ENDPOINT, NONE, -1),
    ('lengths-new', 'the same in versions that aren\'t known', ROOT_PORT, NONE, 1),
    ('lengths-flit', 'the same in Flit Mode', FLIT, MANY, 0),
]


def header():
    config = bytearray(c.SIZE)
    for at, length, value in ((0x00, 4, 0xfff31b36), (0x06, 2, 0x0010), (0x08, 4, 0x08800001),
                              (0x2c, 4, 0x11001b36), (0x34, 1, 0x40)):
        c.put(config, at, length, value)
    return config


def put_express(config, flags, lanes, capabilities_2):
    c.put(config, 0x40, 4, flags << 16 | 0x10)
    c.put(config, 0x4c, 4, lanes << 4 | 4)
    c.put(config, 0x64, 4, capabilities_2)


def put_chain(config, ids, registers, newer):
    """One after another, with four bytes between them; those that don't fit are left out."""
    at, last = c.EXTENDED, None
    for id in ids:
        capability = bytearray(0x200)
        version = min(15, max(1, lengths.KNOWN[id][0] + newer)) if id in lengths.KNOWN else 1
        c.put(capability, 0, 4, id | version << 16)
        for offset, value in registers.get(id, {}).items():
            c.put(capability, offset, 4, value)
        express = lengths.Express(config, 0x40)
        length = lengths.length(capability, express) or lengths.KNOWN.get(id, (0, 8))[1]
        if at + length + 4 > c.SIZE - 0x40:
            continue
        config[at:at + length] = capability[:length]
        if last:
            c.put(config, last + 2, 2, c.get(config, last + 2, 2) | at << 4)
        at, last = at + length + 4, at


def made_chains():
    for name, description, express, registers, newer in CHAINS:
        config = header()
        put_express(config, *express)
        put_chain(config, range(0x01, 0x3b), registers, newer)
        yield Function(name, description, 'made up', config, identify(config))
