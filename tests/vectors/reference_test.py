#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# reference_test.py DIRECTORY: the implementation in reference/ answers the questions of
# data/vectors as the files say, a row for each vector.
import copy
import json
import sys
from pathlib import Path
from types import SimpleNamespace

from reference import config, place, quirks, view
from reference.errors import Error

LEAST_VECTORS = 100


def number(text):
    return int(text, 16)


def hex_of(digits, value):
    return f'0x{value:0{digits}x}'


# Questions

def read_config(file):
    data = bytearray(config.SIZE)
    for run in file['config']:
        part = bytes.fromhex(run['bytes'])
        data[number(run['at']):number(run['at']) + len(part)] = part
    return bytes(data)


def read_device(device):
    return {key: value if key == 'function' else number(value) for key, value in device.items()}


def read_caps(caps):
    return [place.Cap(number(cap['id']), cap.get('length', 0), number(cap.get('offset', '0x0')),
                      cap.get('version', 0)) for cap in caps]


def read_ranges(ranges):
    return [(number(part['offset']), part['length']) for part in ranges]


def read_info(info):
    enabled = info['enabled']
    return view.Info(number(info['capabilities']), None if enabled is None else number(enabled),
                     info['width'], info['iommu_width'], info['attach_refused'])


def read_registers(given):
    if given is None:
        return None
    return bytes.fromhex(given['bytes']), bytes.fromhex(given.get('writable', ''))


def read_view(asked):
    return SimpleNamespace(
        info=read_info(asked['info']) if 'info' in asked else None,
        width=asked['width'], withheld=number(asked['withheld']),
        registers=[read_registers(given) for given in asked['registers']],
        masked=[number(id) for id in asked['masked']])


class Behind:
    """What is behind a view, as the question has it; notes the calls."""

    def __init__(self, asked, data):
        self.data = bytearray(data)
        self.calls = []
        self.fails_at = number(asked['fails_at']) if 'fails_at' in asked else None
        self.stops_at_once = asked['stops_at_once']
        has_device = asked['behind'] == 'device'
        self.read = self._read if has_device else None
        self.write = self._write if has_device else None

    def _call(self, op, **members):
        self.calls.append({'op': op, **members})

    def _check(self, offset, length):
        if self.fails_at is not None and offset <= self.fails_at < offset + length:
            raise Error('EIO')

    def _read(self, offset, length):
        self._call('read', offset=hex_of(3, offset), length=length)
        self._check(offset, length)
        return bytes(self.data[offset:offset + length])

    def _write(self, offset, data):
        self._call('write', offset=hex_of(3, offset), bytes=data.hex())
        self._check(offset, len(data))
        self.data[offset:offset + len(data)] = data

    def pasid_changed(self, control):
        self._call('pasid-changed', control=hex_of(4, control))

    def ats_changed(self, control):
        self._call('ats-changed', control=hex_of(4, control))

    def pri_changed(self, control, allocation):
        self._call('pri-changed', control=hex_of(4, control), allocation=hex_of(8, allocation))
        return view.Pri.STOPPED if self.stops_at_once and not control & view.Pri.ENABLE else 0

    def cap_changed(self, id, offset):
        self._call('cap-changed', id=hex_of(4, id), offset=hex_of(3, offset))


# Answers

def layout_answer(data):
    try:
        layout = config.read_layout(data)
    except Error as error:
        return {'error': error.name}
    spans = [{'offset': hex_of(3, span.offset), 'length': span.length, 'next': hex_of(3, span.next),
              'id': hex_of(4, span.id), 'version': span.version, 'exact': span.exact,
              'cut': span.cut, 'hidden': span.hidden} for span in layout.spans]
    return {'digest': hex_of(16, layout.digest()), 'broken': layout.broken, 'loops': layout.loops,
            'spans': spans}


def obstacle_answer(obstacle):
    answer = {'code': obstacle.code, 'offset': hex_of(3, obstacle.offset),
              'length': obstacle.length}
    if obstacle.code in ('span', 'inexact-span', 'virtual'):
        answer |= {'id': hex_of(4, obstacle.id), 'span': hex_of(3, obstacle.span)}
    elif obstacle.code == 'hidden':
        answer['quirk'] = obstacle.quirk
    return answer | {'cap_id': hex_of(4, obstacle.cap.id), 'cap_length': obstacle.cap.length}


def error_answer(error):
    return {'error': error.name,
            'obstacles': [obstacle_answer(obstacle) for obstacle in error.obstacles]}


def cap_answer(cap):
    return {'id': hex_of(4, cap.id), 'length': cap.length, 'offset': hex_of(3, cap.offset),
            'version': cap.version, 'reason': cap.reason}


def read_dword(seen, at):
    try:
        return seen.read(at, 4)
    except Error:
        return b'\xff' * 4


def view_answer(seen):
    patches = [{'offset': hex_of(3, offset), 'value': hex_of(8, value), 'mask': hex_of(8, mask),
                'writable': hex_of(8, writable), 'w1c': hex_of(8, w1c)}
               for offset, value, mask, writable, w1c in seen.patches()]
    data = b''.join(read_dword(seen, at) for at in range(0, config.SIZE, 4))
    return {'patches': patches, 'fnv1a': hex_of(16, config.fnv1a(data))}


def do(seen, step):
    """Returns what was read."""
    if step['op'] == 'read':
        return seen.read(number(step['offset']), step['length'])
    if step['op'] == 'write':
        return seen.write(number(step['offset']), bytes.fromhex(step['bytes']))
    if step['op'] == 'pri-status':
        return seen.set_pri_status(number(step['flags']))
    return seen.reset()


def step_answer(seen, behind, step):
    answer = {}
    behind.calls = []
    try:
        data = do(seen, step)
    except Error as error:
        answer['error'] = error.name
        data = b'\xff' * step.get('length', 0)
    if step['op'] == 'read':
        answer['bytes'] = data.hex()
    return answer | {'calls': behind.calls}


def add_view(answer, data, question, digest, caps):
    behind = Behind(question['view'], data)
    try:
        seen = view.View(data, digest, caps, read_view(question['view']), behind)
    except Error as error:
        answer['view'] = {'error': error.name}
        return
    answer['view'] = view_answer(seen)
    answer['steps'] = [step_answer(seen, behind, step) for step in question['steps']]


def vector_answer(file, question):
    data = read_config(file)
    matching = quirks.match(question['quirks'], read_device(file['device']))
    ranges = read_ranges(question['ranges'])
    answer = {'steps': []}
    placement = None
    try:
        digest, caps = placement = place.place(data, matching, read_caps(question['caps']), ranges)
        answer['place'] = {'digest': hex_of(16, digest),
                           'caps': [cap_answer(cap) for cap in caps]}
    except Error as error:
        answer['place'] = error_answer(error)
    if 'placement' in question:
        given = question['placement']
        placement = number(given['digest']), read_caps(given['caps'])
        answer['verify'] = {'obstacles': []}
        try:
            place.verify(data, matching, ranges, *placement)
        except Error as error:
            answer['verify'] = error_answer(error)
    if 'view' in question and placement:
        add_view(answer, data, question, *placement)
    return answer


# Rows

class Rows:
    def __init__(self):
        self.count = self.failures = 0

    def row(self, passed, name):
        self.count += 1
        self.failures += not passed
        print(f'{"" if passed else "not "}ok {self.count} - {name}')

    def compare(self, name, expected, answer):
        self.row(expected == answer, name)
        if expected != answer:
            print(f'# expected {json.dumps(expected)}\n# answered {json.dumps(answer)}')


def leaves(value):
    """Each string, number and boolean in it, as the container and the key."""
    for key in value if isinstance(value, dict) else range(len(value)):
        if isinstance(value[key], (dict, list)):
            yield from leaves(value[key])
        else:
            yield value, key


def falsify(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return value[:-1] + chr(ord(value[-1]) ^ 1)


def notices(file):
    """Any value of the first vector's answer, if it is false."""
    vector = file['vectors'][0]
    answer = vector_answer(file, vector['in'])
    expected = copy.deepcopy(vector['out'])
    count = 0
    for container, key in leaves(expected):
        kept = container[key]
        container[key] = falsify(kept)
        if expected == answer:
            return False
        container[key] = kept
        count += 1
    return count > 0 and expected == answer


def main(directory):
    rows = Rows()
    files = [json.loads(path.read_text(encoding='utf-8'))
             for path in sorted(Path(directory).glob('*.json'))]
    for file in files:
        name = file['name']
        rows.compare(f'{name}: layout', file['layout'], layout_answer(read_config(file)))
        for vector in file['vectors']:
            rows.compare(f'{name}: {vector["name"]}', vector['out'],
                         vector_answer(file, vector['in']))
    rows.row(notices(files[0]), 'each value of an answer is noticed if it is false')
    rows.row(sum(len(file['vectors']) for file in files) >= LEAST_VECTORS,
             'there are as many as there should be')
    print(f'1..{rows.count}')
    return 1 if rows.failures else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
