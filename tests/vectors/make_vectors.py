#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# make_vectors.py LIBVPASID CORPUS DIRECTORY: makes the files of data/vectors in a directory,
# without the answers, which vectors_test --write adds. See data/vectors/README.md.
import json
import sys
from pathlib import Path

import functions
import made_chains
from reference import config as c
from reference import place, quirks
from reference.errors import Error
from reference_test import read_caps, read_ranges

PASID, ATS, PRI, VSEC, LTR, DVSEC, DOE = ('0x001b', '0x000f', '0x0013', '0x000b', '0x0018',
                                          '0x0023', '0x002e')

# capabilities, enabled, width, the IOMMU's width
INFOS = [(3, 3, 20, 20), (3, 1, 20, 16), (2, None, 16, None), (0, 0, 10, 20), (1, 3, 5, None),
         (3, 2, 20, 1)]


def offset(value):
    return f'0x{value:03x}'


# The parts of a question

def info(capabilities=3, enabled=3, width=20, iommu_width=20, attach_refused=False):
    return {'capabilities': f'0x{capabilities:04x}',
            'enabled': None if enabled is None else f'0x{enabled:04x}', 'width': width,
            'iommu_width': iommu_width, 'attach_refused': attach_refused}


def view(told=None, width=0, withheld=0, registers=(), masked=(), behind='device', fails_at=None,
         stops_at_once=True):
    asked = {'info': info() if told is None else told} if told is not False else {}
    asked |= {'width': width, 'withheld': f'0x{withheld:04x}', 'registers': list(registers),
              'masked': list(masked), 'behind': behind}
    if fails_at is not None:
        asked['fails_at'] = offset(fails_at)
    return asked | {'stops_at_once': stops_at_once}


def cap(id, at=None, length=None, version=None):
    members = {'id': id, 'length': length, 'offset': at and offset(at), 'version': version}
    return {key: value for key, value in members.items() if value is not None}


def made_of(id, rest, writable=None):
    """A capability's bytes behind its header, and what the guest can write of them."""
    header = int(id, 16).to_bytes(2, 'little') + b'\x01\x00'
    given = {'bytes': header.hex() + rest}
    if writable is not None:
        given['writable'] = '00000000' + writable
    return given


def read(at, length):
    return {'op': 'read', 'offset': offset(at), 'length': length}


def write(at, data):
    return {'op': 'write', 'offset': offset(at), 'bytes': data}


RESET = {'op': 'reset'}


def status(flags):
    return {'op': 'pri-status', 'flags': f'0x{flags:04x}'}


def hidden(device, *lines):
    name = f'device {device["vendor"]:04x}:{device["device"]:04x}'
    return [name, *(f'\t{line}' for line in lines), '\tsource "made up"']


def add(function, name, quirk_lines=(), caps=(), ranges=(), asked=None, steps=(),
        placement=None):
    """Adds a vector. steps may be a function of where each capability goes, by its ID."""
    question = {'quirks': list(quirk_lines), 'caps': list(caps),
                'ranges': [{'offset': offset(at), 'length': length} for at, length in ranges]}
    if placement is not None:
        question['placement'] = placement
    if asked is not None:
        question['view'] = asked
    if callable(steps):
        places = find_places(function, question)
        steps = steps(places) if places else []
    question['steps'] = list(steps)
    function.vectors.append({'name': name, 'in': question})


def find_places(function, question):
    matching = quirks.match(question['quirks'], function.device)
    try:
        _, caps = place.place(bytes(function.config), matching, read_caps(question['caps']),
                              read_ranges(question['ranges']))
    except Error:
        return None
    return {f'0x{placed.id:04x}': placed.offset for placed in reversed(caps)}


# What is asked of each function

def around(at, length):
    """A read that begins two bytes before a capability, and goes beyond it."""
    return read(at - 2, min(length + 4, c.SIZE - at + 2))


def find_reset(config):
    express = c.find_conventional(config, 0x10, 10)
    return express + 8 if express and config[express + 7] & 0x10 else 0


def pasid_steps(function):
    def steps(places):
        at = places[PASID]
        reset = find_reset(function.config)
        yield read(0x000, 64)
        yield read(0x100, 4)
        yield read(at, 8)
        yield write(at + 6, '0700')
        yield read(at + 4, 4)
        yield write(at + 6, '0300')  # permissions don't change while it is enabled
        yield write(at + 4, 'ffff0000')
        yield write(at + 7, 'ff')
        yield around(at, 8)
        yield write(at - 2, 'a1a2ffffffffffffff01')
        yield read(at + 6, 2)
        if reset:
            yield write(reset, '0080')
            yield read(at + 6, 2)
        yield read(0xffd, 4)
        yield write(0xffd, '00000000')
    return steps


def trio_steps(function):
    def steps(places):
        pasid, ats, pri = places[PASID], places[ATS], places[PRI]
        reset = find_reset(function.config)
        yield write(pasid + 6, '0100')
        yield write(ats + 6, '0580')
        yield write(ats + 6, '0080')  # the unit doesn't change while it is enabled
        yield write(pri + 12, 'ffffff7f')  # no more than its capacity
        yield write(pri + 4, '0100')
        yield write(pri + 12, '01000000')  # nor while it is enabled
        yield status(0x0002)
        yield read(pri, 16)
        yield write(pri + 6, '0200')
        yield write(pri + 4, '0000')
        yield read(pri + 4, 4)
        yield status(0x0100)
        yield write(pri + 4, '0100')
        yield status(0x0001)
        yield write(pri + 4, '0200')
        yield read(pri + 4, 4)
        yield write(pri + 4, '0200')
        yield around(ats, 8)
        yield write(ats - 1, 'ff0f00000000000100')
        if reset:
            yield write(reset, '0080')
        yield RESET
        yield read(pri, 16)
        yield read(pasid, 8)
    return steps


def has_exact(function, id):
    span = c.read_layout(bytes(function.config)).find(int(id, 16))
    return span is not None and span.exact


def trio_registers(function):
    given = {ATS: made_of(ATS, '60000000'), PRI: made_of(PRI, '000000814000000000000000')}
    return [None if id == PASID or has_exact(function, id) else given[id]
            for id in (PASID, ATS, PRI)]


def ask_others(function, i):
    dvsec = made_of(DVSEC, '361b01020700f0f1f2f3f4f5f6f7f8f9fafb0102', 'ff' * 20)
    small = made_of(VSEC, '00008001' + '11223344', '00000000ff00ff0f')
    doe = made_of(DOE, '00' * 20, '00000000' + 'ffffffff' * 4)
    ltr = made_of(LTR, '00000000', 'ff1fff1f')

    def accesses(*ids):
        def steps(places):
            for id in ids:
                yield write(places[id] + 4, '5aa55aa55aa55aa5')
                yield read(places[id], 12)
            yield RESET
            yield around(places[ids[0]], 8)
        return steps

    kinds = [
        ('dvsec', [cap(PASID), cap(DVSEC, length=24)], [None, dvsec], [], [DVSEC]),
        ('two-vsecs', [cap(VSEC, length=12), cap(PASID), cap(VSEC, length=12, version=2)],
         [small, None, small], [], [VSEC]),
        ('doe-first', [cap(DOE, length=24), cap(LTR, length=8)], [doe, ltr], [], [DOE, LTR]),
        ('within-ranges', [cap(PASID), cap(DVSEC, length=24), cap(LTR, length=8)],
         [None, dvsec, ltr], [(0x400, 0x200), (0xa00, 0x20)], [DVSEC, LTR, PASID]),
        ('explicit', [cap(DVSEC, 0xe00, 24), cap(PASID, 0xdf8), cap(LTR, 0xe18, 8)],
         [dvsec, None, ltr], [], [DVSEC, PASID, LTR]),
    ]
    name, caps, registers, ranges, ids = kinds[i % len(kinds)]
    add(function, name, caps=caps, ranges=ranges, steps=accesses(*ids),
        asked=view(info(*INFOS[(i + 3) % len(INFOS)]), registers=registers,
                   masked=[ATS] if i % 3 == 0 else [], behind=('snapshot', 'device')[i // 5 % 2]))


def ask(function, i):
    """What is asked of any function; the rest varies with i."""
    told = INFOS[i % len(INFOS)]
    narrowed = max(1, min(told[2], told[3] or told[2]) - 4)
    add(function, 'pasid', asked=view(info(*told), width=(0, narrowed)[i % 3 == 1],
                                      withheld=(0, 1, 2, 0, 3)[i % 5],
                                      behind=('device', 'snapshot')[i % 2]),
        steps=pasid_steps(function))
    add(function, 'pasid-ats-pri', caps=[cap(PASID), cap(ATS), cap(PRI)],
        asked=view(registers=trio_registers(function), stops_at_once=i % 2 == 1,
                   behind=('snapshot', 'device')[i % 2]), steps=trio_steps(function))
    ask_others(function, i)


# What is asked of some

def refuse_requests(function):
    """Lists and ranges that are none."""
    lists = {
        'id-0': [cap('0x0000', length=8)],
        'id-ffff': [cap('0xffff', length=8)],
        'no-length': [cap(LTR)],
        'length-4': [cap(LTR, length=4)],
        'length-10': [cap(LTR, length=10)],
        'length-f04': [cap(LTR, length=0xf04)],
        'version-16': [cap(LTR, length=8, version=16)],
        'pasid-of-12': [cap(PASID, length=12)],
        'pasid-version-2': [cap(PASID, version=2)],
        'pasid-twice': [cap(PASID), cap(PASID)],
        'seventeen': [cap(VSEC, length=8)] * 17,
    }
    for name, caps in lists.items():
        add(function, f'refused-{name}', caps=caps)
    add(function, 'sixteen', caps=[cap(VSEC, length=8)] * 16)
    add(function, 'refused-range-unaligned', ranges=[(0x102, 0x40)])
    add(function, 'refused-range-length', ranges=[(0x100, 0x42)])
    add(function, 'refused-range-beyond', ranges=[(0xf00, 0x104)])
    add(function, 'range-conventional', ranges=[(0x000, 0x100)])
    add(function, 'range-small', ranges=[(0xe00, 4)])


def refuse_offsets(function):
    """Offsets where something stands, or that can't be."""
    span = max(c.read_layout(bytes(function.config)).spans, key=lambda span: span.length)
    for name, at in {'outside': 0x0f8, 'unaligned': 0xe02, 'beyond': 0xffc,
                     'on-a-span': span.offset, 'in-a-span': span.offset + 4}.items():
        add(function, f'refused-{name}', caps=[cap(PASID, at)])
    add(function, 'refused-virtual', caps=[cap(LTR, 0xe00, 16), cap(PASID, 0xe08)])
    add(function, 'refused-range', caps=[cap(PASID, 0xe00)], ranges=[(0x400, 0x100)])
    add(function, 'refused-hidden', hidden(function.device, 'hidden 0xe02-0xe05'),
        caps=[cap(PASID, 0xe00)])
    add(function, 'quirk-hides-the-end', hidden(function.device, 'hidden 0xff7-0xffe'),
        asked=view())
    add(function, 'quirk-of-another', [f'device {function.device["vendor"]:04x}:ffff',
                                       '\toffset 0x400', '\tsource "made up"'])
    add(function, 'quirk-prescribes', hidden(function.device, 'offset 0x800') +
        hidden(function.device, 'offset 0x900'), caps=[cap(ATS), cap(PASID)],
        asked=view(registers=[made_of(ATS, '20000000'), None]))
    add(function, 'quirk-on-a-span', hidden(function.device, f'offset 0x{span.offset:03x}'))
    add(function, 'quirk-into-a-span', hidden(function.device, f'offset 0x{span.offset - 4:03x}'))
    add(function, 'quirk-out-of-range', hidden(function.device, 'offset 0x800'),
        ranges=[(0x900, 0x100)])
    add(function, 'quirk-on-a-virtual', hidden(function.device, 'offset 0x800'),
        caps=[cap(LTR, 0x7f8, 16), cap(PASID)])


def quirk_conditions(function):
    """The conditions of entries, one that holds and one that doesn't of each."""
    device = function.device
    name = f'device {device["vendor"]:04x}:'
    subsystem = f'{device["subsystem_vendor"]:04x}:{device["subsystem_device"]:04x}'
    revision = device['revision']
    for i, (what, condition) in enumerate({
            'any-device': '*',
            'subsystem': f'{device["device"]:04x} subsystem={subsystem}',
            'subsystem-vendor': f'* subsystem={subsystem[:4]}:*',
            'other-subsystem': f'* subsystem={subsystem[:4]}:fffe',
            'revision': f'* revision={revision:02x}',
            'revisions': f'* revision=00-{revision:02x}',
            'later-revisions': f'* revision={revision + 1:02x}-ff',
            'pf': '* function=pf',
            'vf': '* function=vf'}.items()):
        add(function, f'quirk-{what}', [name + condition, f'  hidden 0x{0xf00 - 16 * i:x}-0xfff',
                                        '  source "made up" # and nothing more'])


def quirk_comments(function):
    add(function, 'quirk-comments', [
        '# Written by hand', '', f'device {function.device["vendor"]:04x}:* # all of them',
        'hidden 0xe00-0xfff # registers', 'extent 0x100-0x103', 'source "made up # or not"'],
        ranges=[(0xe00, 0x100)])


def refuse_views(function):
    registers = [made_of(ATS, '60000000'), None]
    both = [cap(ATS), cap(PASID)]
    for name, asked in {
            'no-info': view(False),
            'width-0': view(info(width=0)), 'width-21': view(info(width=21)),
            'too-wide': view(info(iommu_width=12), width=13),
            'iommu-width-0': view(info(iommu_width=0)),
            'attach-refused': view(info(attach_refused=True)),
            'withheld-4': view(withheld=4),
            'registers-of-two': view(registers=[None, None])}.items():
        add(function, f'refused-{name}', asked=asked)
    add(function, 'widest', asked=view(info(iommu_width=12), width=12), steps=[read(0xffc, 4)])
    add(function, 'refused-ats-of-nothing', caps=[cap(LTR, length=8), cap(PRI)],
        asked=view(False, registers=[made_of(LTR, '00000000'), None]))
    add(function, 'refused-other-of-nothing', caps=[cap(LTR, length=8)], asked=view(False))
    add(function, 'refused-another-id', caps=both,
        asked=view(registers=[made_of(PRI, '60000000'), None]))
    add(function, 'refused-too-short', caps=both,
        asked=view(registers=[made_of(ATS, '6000'), None]))
    add(function, 'no-pasid-no-info', caps=[cap(LTR, length=8)],
        asked=view(False, registers=[made_of(LTR, '01100110')]), steps=[read(0xff8, 8)])
    add(function, 'withheld', caps=both, asked=view(registers=registers, withheld=1))
    add(function, 'all-masked', asked=view(masked=[
        f'0x{span.id:04x}' for span in c.read_layout(bytes(function.config)).spans]))


def from_elsewhere(function):
    """Placements that another host has made."""
    layout = c.read_layout(bytes(function.config))
    digest = f'0x{layout.digest():016x}'
    other = f'0x{layout.digest() ^ 1:016x}'
    span = layout.spans[0]

    def given(name, caps, sum=digest, **more):
        add(function, f'elsewhere-{name}', placement={'digest': sum, 'caps': caps}, asked=view(
            registers=[made_of(LTR, '00' * (part['length'] - 4)) if part['id'] == LTR else None
                       for part in caps]),
            **more)

    def placed(id, at, length=8, version=1):
        return cap(id, at, length, version)

    given('holds', [placed(PASID, 0xe00), placed(LTR, 0xe08)], steps=[read(0xdfe, 20)])
    given('other-layout', [placed(PASID, 0xe00)], other)
    given('on-a-span', [placed(PASID, span.offset)])
    given('unaligned', [placed(PASID, 0xe02)])
    given('outside', [placed(PASID, 0x080)])
    given('overlaps', [placed(LTR, 0xe00, 12), placed(PASID, 0xe08)])
    given('twice', [placed(PASID, 0xe00), placed(PASID, 0xe08)])
    given('none', [])
    given('of-nothing', [placed(LTR, 0xe00), placed(ATS, 0xe08)])
    given('hidden', [placed(PASID, 0xe00)],
          quirk_lines=hidden(function.device, 'hidden 0xe00-0xe03'))


def placement_of(function):
    """PASID where nothing stands."""
    digest = c.read_layout(bytes(function.config)).digest()
    return {'digest': f'0x{digest:016x}', 'caps': [cap(PASID, 0xe00, 8, 1)]}


def fail_accesses(function):
    """A device that fails; what was done before stays done."""
    reset = find_reset(function.config)
    for name, at in {'control': 0xdfc, 'behind': 0xe0c, 'reset': reset + 1}.items():
        add(function, f'fails-{name}', caps=[cap(PASID, 0xe00)], asked=view(fails_at=at), steps=[
            write(0xe06, '0100'), write(0xdf8, 'aabbccdd00112233ffffffffffff0000'),
            read(0xdf8, 24), read(0xe00, 24), write(0xe04, '0000000000000000'),
            write(0xe06, '0700'), write(reset, '0080'), read(0xe06, 2)])


def odd_accesses(function):
    add(function, 'whole', caps=[cap(PASID, 0xe00), cap(ATS, 0xe08), cap(LTR, 0xe10, 8)],
        asked=view(registers=[None, made_of(ATS, '60000000'),
                              made_of(LTR, '11111111', 'ffffffff')]),
        steps=[read(0x000, 4096), read(0x1000, 0), write(0x1000, ''), read(0x1000, 1),
               read(0xe05, 0), write(0xe06, '01000f00010060000180'), read(0xe00, 32),
               write(0xe04, 'ff' * 20), read(0xe00, 32), write(0x0ff, '00000000'),
               write(0x104, ''), read(0xdff, 1), read(0xe17, 2), status(0x0100), RESET, RESET])
    add(function, 'status', caps=[cap(PRI)], asked=view(
        False, registers=[made_of(PRI, '000000802000000000000000')], behind='snapshot',
        stops_at_once=False),
        steps=[read(0xff0, 16), status(0x0200), status(0x0103), read(0xff4, 4),
               write(0xff4, '0300010010000000'), read(0xff4, 4), write(0xffd, '01'),
               read(0xffc, 4), write(0xff4, '01'), status(0x0100), read(0xff4, 4),
               write(0xff4, '00'), write(0xff4, '01'), read(0xff4, 4), status(0x0001),
               read(0xff4, 4), write(0xffc, '05000000'), write(0xffd, '00ff'), read(0xffc, 4),
               write(0xffc, '07'), read(0xffc, 4), write(0xffb, '0109'), write(0xffe, '00'),
               read(0xff8, 8), RESET])


def with_holes(function, name, description, *holes):
    """No byte is zero but for these holes, which are of no capability."""
    copy = function.changed(name, description)
    taken = set()
    for span in c.read_layout(bytes(function.config)).spans:
        taken.update(range(span.offset, span.end))
    for at in range(0x100, c.SIZE):
        if at not in taken:
            copy.config[at] = copy.config[at] or 0xa5
    for at, length in holes:
        copy.config[at:at + length] = bytes(length)
    return copy


def ask_full(functions):
    base = functions['wireless-4965']
    full = with_holes(base, 'full', 'no byte is free')
    add(full, 'pasid')
    add(full, 'with-a-quirk', hidden(full.device, 'offset 0x400'), asked=view(),
        steps=[read(0x3fe, 12), write(0x406, '0100')])
    holes = with_holes(base, 'full-but-holes', 'holes of 4, 8 and 16 bytes', (0x400, 8),
                       (0x500, 4), (0xe00, 16))
    add(holes, 'pasid', asked=view())
    add(holes, 'pasid-pri', caps=[cap(PASID), cap(PRI)],
        asked=view(registers=[None, made_of(PRI, '000000002000000000000000')]))
    add(holes, 'refused-trio', caps=[cap(PASID), cap(ATS), cap(PRI)])
    add(holes, 'refused-long', caps=[cap(DVSEC, length=24)])
    add(holes, 'trio-of-8', caps=[cap(PASID), cap(ATS), cap(LTR, length=8)])
    add(holes, 'refused-hole-of-4', caps=[cap(PASID, 0x500)])
    add(holes, 'explicit', caps=[cap(LTR, length=8), cap(PASID, 0xe04)])
    return [full, holes]


def ask_extents(function):
    """The capability at 0x240 has no known length, that at 0x400 has."""
    for name, at, *lines in (
            ('none', 0x270, 'hidden 0xfff-0xfff'),
            ('one', 0x270, 'extent 0x240-0x26f'),
            ('refused-in-it', 0x26c, 'extent 0x240-0x26f'),
            ('refused-longest', 0x270, 'extent 0x240-0x26f', 'extent 0x240-0x27f',
             'extent 0x240-0x25f'),
            ('refused-too-long', 0x270, 'extent 0x240-0x303'),
            ('refused-elsewhere', 0x270, 'extent 0x244-0x25f'),
            ('refused-exact', 0x418, 'extent 0x400-0x40f')):
        add(function, f'extents-{name}', hidden(function.device, *lines), caps=[cap(PASID, at)])
    add(function, 'extents-of-two', hidden(function.device, 'extent 0x240-0x25f') +
        hidden(function.device, 'extent 0x240-0x27f'), ranges=[(0x240, 0xc0)],
        caps=[cap(DVSEC, length=0x80), cap(PASID)])


def ask_broken(functions):
    """Chains that break off, loop, or are odd."""
    base = functions['made-accelerator']
    made = [functions[name] for name in ('made-below', 'made-loop', 'rs690')]
    for name, description, *changes in (
            ('odd-all-ones', 'a header reads as ones', (0x180, b'\xff' * 4)),
            ('odd-head-all-ones', 'the first header reads as ones', (0x100, b'\xff' * 4)),
            ('odd-empty', 'a pointer leads to zeros', (0x182, bytes.fromhex('0150'))),
            ('odd-reserved-bits', 'pointers with their reserved bits set',
             (0x102, bytes.fromhex('1240')), (0x182, bytes.fromhex('1130'))),
            ('odd-backward', 'pointers that lead backward', (0x102, bytes.fromhex('0240')),
             (0x402, bytes.fromhex('0118')), (0x302, bytes.fromhex('0100'))),
            ('odd-null-tail', 'the chain ends with a header of ID and version 0',
             (0x182, bytes.fromhex('0150')), (0x500, bytes.fromhex('00001000'))),
            ('odd-short-vsec', 'a VSEC whose length can\'t be, and an ID that isn\'t known',
             (0x306, bytes.fromhex('4100')), (0x240, bytes.fromhex('341201f0'))),
            ('odd-cut', 'a VSEC that is longer than its room', (0x306, bytes.fromhex('8110')))):
        made.append(base.changed(name, description, *changes))
    ask_extents(next(function for function in made if function.name == 'odd-short-vsec'))
    for function in made:
        add(function, 'pasid-alone', asked=view(), steps=pasid_steps(function))
        add(function, 'elsewhere', placement=placement_of(function), asked=view())
        add(function, 'explicit-free', caps=[cap(PASID, 0xd00)], asked=view(behind='snapshot'),
            steps=[read(0x100, 4), read(0x180, 4), read(0xd00, 8)])
        add(function, 'refused-explicit', caps=[cap(PASID, 0x3f0)])
        add(function, 'nowhere', caps=[cap(LTR, length=8), cap(DVSEC, length=0x200)],
            ranges=[(0x240, 0x100)])
        add(function, 'quirk', hidden(function.device, 'offset 0x480', 'extent 0x300-0x317'),
            asked=view(), steps=[write(0x486, '0100')])
    return made[3:]


def ask_chains():
    chains = list(made_chains.made_chains())
    for function in chains:
        add(function, 'pasid', asked=view(), steps=[read(0x100, 4)])
    return chains


def ask_features(functions):
    """FLR by Advanced Features, and without."""
    base = functions['made-accelerator']
    made = []
    for name, description, features in (
            ('features', 'FLR of Advanced Features alone', '1380060300000000'),
            ('features-no-flr', 'Advanced Features without FLR', '1380060100000000')):
        function = base.changed(name, description, (0x41, b'\x50'),
                                (0x50, bytes.fromhex(features)), (0x87, b'\x00'))
        made.append(function)
        add(function, 'resets', asked=view(), caps=[cap(PASID, 0xd00)], steps=[
            write(0xd06, '0100'), write(0x88, '0080'), write(0x89, '80'), read(0xd06, 2),
            write(0x53, '0301'), read(0xd06, 2), write(0xd06, '0200'), write(0x54, '00'),
            write(0x54, '01'), read(0xd06, 2)])
    return made


def ask_some(functions):
    refuse_requests(functions['intel-82576'])
    refuse_offsets(functions['radeon-fury'])
    quirk_conditions(functions['rtl8168'])
    quirk_comments(functions['rtl8168'])
    refuse_views(functions['intel-82576'])
    from_elsewhere(functions['myri-10g'])
    add(functions['x58-management'], 'elsewhere', placement=placement_of(
        functions['x58-management']), asked=view())
    fail_accesses(functions['intel-82576'])
    odd_accesses(functions['sas2008'])
    add(functions['rtl8168'], 'quirk-built-in', hidden(
        functions['rtl8168'].device, 'hidden 0x70c-0x70f'), ranges=[(0x700, 0x100)], asked=view())
    add(functions['made-bare'], 'hidden-head', hidden(functions['made-bare'].device,
                                                      'hidden 0x100-0x10f'))
    add(functions['made-bare'], 'refused-hidden-head', hidden(
        functions['made-bare'].device, 'hidden 0x100-0x103'), caps=[cap(PASID, 0x800)])
    add(functions['made-bare'], 'at-the-head', caps=[cap(PASID, 0x100), cap(ATS)],
        asked=view(registers=[None, made_of(ATS, '20000000')]), steps=[read(0x100, 8)])
    add(functions['made-bare'], 'all-of-it', caps=[cap(DVSEC, length=0xf00)])
    add(functions['made-integrated'], 'refused-head', caps=[cap(PASID, 0x100)])
    add(functions['made-accelerator'], 'own-ats-alone', caps=[cap(ATS)],
        asked=view(False, masked=[PRI, DVSEC]), steps=[read(0x180, 8), write(0x186, '0180'),
                                                      read(0x240, 16)])
    add(functions['made-accelerator'], 'own-pri-elsewhere', caps=[cap(PRI, 0xd00), cap(PASID)],
        asked=view(), steps=[read(0x240, 16), write(0xd04, '0100'), read(0xd00, 16)])
    add(functions['made-asleep'], 'pasid', placement={
        'digest': '0x0000000000000000', 'caps': [cap(PASID, 0xff8, 8, 1)]}, asked=view())
    add(functions['intel-graphics-own'], 'elsewhere', caps=[cap(PASID, 0xe00)], asked=view(),
        steps=[read(0x100, 8), write(0x106, '0700'), read(0xe00, 8)])
    add(functions['intel-graphics-own'], 'pasid-out-of-range', ranges=[(0x800, 0x800)],
        asked=view())


def main(library, corpus, directory):
    made = Path(__file__).parent / '../corpus/dumps'
    known = functions.all_functions(functions.Library(library), corpus, made)
    for i, function in enumerate(known.values()):
        if function.name != 'made-asleep':
            ask(function, i)
    ask_some(known)
    everything = [*known.values(), *ask_full(known), *ask_broken(known), *ask_chains(),
                  *ask_features(known)]
    for function in everything:
        path = Path(directory) / f'{function.name}.json'
        path.write_text(json.dumps(function.file()), encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
