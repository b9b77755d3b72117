#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# The schemas of data/schemas: there is one for each that a command names; they are strict, all that
# is in them is described, and the names in them are those of the sources. A document that is wrong
# isn't valid. That what the commands print is valid, other tests say: they use
# tests/support/schemas.py, too.
import copy
import glob
import json
import os
import re
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))
sys.path.insert(0, 'tests/support')
import schemas  # noqa: E402  the directory has to be known first

VPASID = os.path.join(os.environ.get('BUILD', 'build'), 'vpasid')
RECORDING = 'tests/corpus/recordings/intel-7.3.tar.gz'
# What a schema's enum must be, by its path: the file of the source, and how the names begin there
TABLES = {
    'explain $defs link link': ('tools/explain/chain.c', 'LINK_'),
    'explain $defs need link': ('tools/explain/chain.c', 'NEED_'),
    'explain $defs device for': ('tools/explain/purpose.c', 'PURPOSE_'),
    'check for': ('tools/explain/purpose.c', 'PURPOSE_'),
    'check verdict': ('tools/check/finding.c', 'CHECK_(?=PASS|WARN|UNKNOWN|FAIL)'),
    'check findings question': ('tools/check/finding.c', 'CHECK_(?!PASS|WARN|UNKNOWN|FAIL)'),
    'list $defs state': ('tools/facts/pasid.c', 'PASID_'),
    'list $defs kind': ('tools/pci/function.c', 'PCI_KIND_'),
    'show $defs device iommu kind': ('tools/facts/iommu.c', 'IOMMU_'),
    'map $defs device runs kind': ('tools/place/map.c', 'MAP_'),
    'try $defs device steps step': ('tools/query/try_report.c', 'TRY_(?!SKIPPED|OK|NOT_OK|DONE|IMPO|FAILED)'),
    'try $defs device steps result': ('tools/query/try_report.c', 'TRY_(?=SKIPPED|OK|NOT_OK)'),
    'try $defs device verdict': ('tools/query/try_report.c', 'TRY_(?=DONE|IMPOSSIBLE|FAILED)'),
    'vm for': ('tools/vm/vm.c', 'VMM_'),
}
MAPS = 'registers', 'fields'
rows = 0


def row(name, wrong):
    global rows
    rows += 1
    print(f'{"not " if wrong else ""}ok {rows} - {name}')
    for sentence in wrong:
        print(f'# {sentence}')


def load(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def objects(schema, path=''):
    """Each object within a schema, and where it is."""
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            yield from objects(value, f'{path} {key}')
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value, path)


def named_by_commands():
    names = set()
    for path in glob.glob('tools/*/*.h'):
        with open(path, encoding='utf-8') as file:
            names |= set(re.findall(r'^#define \w+_SCHEMA "(.*)"', file.read(), re.MULTILINE))
    return names


def lenient(schema):
    """Objects that take more than is described, or less; a map has names of any kind."""
    for path, value in objects(schema):
        if 'properties' not in value or 'if' in path.split() or 'then' in path.split():
            continue
        if value.get('additionalProperties') is not False:
            yield f'{path}: additional properties'
        if value.get('required') != list(value['properties']):
            yield f'{path}: not all are required'


def undescribed(schema):
    for path, value in objects(schema):
        if path.split()[-1:] != ['properties'] or 'then' in path.split() or 'if' in path.split():
            continue
        for name, about in value.items():
            if not about.get('description'):
                yield f'{path} {name}'


def enum_at(schema, path):
    """The enum that a path of names leads to, through arrays and nested objects."""
    for name in path:
        schema = schema.get('items', schema)
        schema = schema[name] if name in ('$defs',) or name in schema else schema['properties'][name]
    return {value for value in schema['enum'] if value is not None}


def table(path, prefix):
    with open(path, encoding='utf-8') as file:
        return set(re.findall(rf'\[{prefix}\w*\] = "([^"]+)"', file.read()))


def unlike_sources(found):
    for path, (source, prefix) in TABLES.items():
        what, *rest = path.split()
        expected, actual = table(source, prefix), enum_at(found[f'vpasid-{what}/1'], rest)
        if not expected or expected != actual:
            yield f'{path}: {sorted(expected ^ actual)} is not in both the schema and {source}'


def different(found):
    """What has the same name in $defs is the same: a reader learns it once."""
    first = {}
    for name, schema in found.items():
        for key, value in schema.get('$defs', {}).items():
            if key not in ('device', 'link') and first.setdefault(key, value) != value:
                yield f'{name}: {key}'


def printed(*arguments):
    """The document that the command prints."""
    ran = subprocess.run([VPASID, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=False)
    return json.loads(ran.stdout)


def documents():
    """A document for each schema. Those of commands that need VFIO or root are files."""
    bdfs = [device['bdf'] for device in printed('list', '--json', '--record', RECORDING)['devices']]
    found = [load(path) for path in sorted(glob.glob('tests/corpus/documents/*.json'))]
    for command in 'list', 'check':
        found.append(printed(command, '--json', '--record', RECORDING))
    for command in 'show', 'explain', 'map', 'place':
        found.append(printed(command, '--json', '--record', RECORDING, *bdfs))
    found.append(printed('vm', '--for', 'libvirt', '--json', '--record', RECORDING, bdfs[0]))
    found.append(printed('record', '--list', RECORDING, '--json'))
    return {document['schema']: document for document in found}


def members(value):
    """Each object within a document, with each of its members. Of a map, any name may be missing."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield value, key
            if key not in MAPS:
                yield from members(member)
    elif isinstance(value, list):
        for item in value:
            yield from members(item)


def changes(document):
    """Wrong documents: each member in turn is left out, is of another type, or has a neighbour."""
    for index in range(len(list(members(document)))):
        for change in range(3):
            wrong = copy.deepcopy(document)
            where, key = list(members(wrong))[index]
            if change == 0:
                what, where[key] = f'{key} is 0.5', 0.5
            elif change == 1:
                what = f'{key} is left out'
                del where[key]
            else:
                what, where[f'{key}_2'] = f'{key}_2 is added', None
            yield what, wrong


def accepted(document):
    """Wrong documents that are valid all the same. To save time, lists have one item."""
    short = copy.deepcopy(document)
    for value in short.get('devices', []), short.get('findings', []), short.get('items', []):
        del value[1:]
    for what, wrong in changes(short):
        if not schemas.mistakes(wrong):
            yield what


def main():
    found = {schema['properties']['schema']['const']: schema
             for schema in map(load, sorted(glob.glob('data/schemas/*.json')))}
    row('there is a schema for each that a command names, and no other',
        sorted(named_by_commands() ^ set(found)))
    for name, schema in found.items():
        row(f'{name}: no member is optional, and none may be added', list(lenient(schema)))
        row(f'{name}: each member is described', list(undescribed(schema)))
    row('names are those of the sources', list(unlike_sources(found)))
    row('what has the same name is the same', list(different(found)))
    examples = documents()
    row('there is a document for each schema', sorted(set(examples) ^ set(found)))
    for name, document in examples.items():
        row(f'{name}: a right document is valid', schemas.mistakes(document))
        row(f'{name}: a wrong document is not valid', sorted(set(accepted(document))))
    print(f'1..{rows}')


main()
