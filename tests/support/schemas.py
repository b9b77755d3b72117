#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# tests/support/schemas.py [--count N] [FILE]...: whether each JSON document in these files, or on
# standard input, is valid by its schema: the one of data/schemas that its member "schema" names.
# A file can have any number of documents. With --count, there must be at least N.
#
# The exit status is 1 if one is not valid; what is wrong with it is printed. It takes Debian's
# python3-jsonschema, hence Debian's python3.
import argparse
import functools
import json
import os
import re
import sys

import jsonschema

DIRECTORY = os.path.join(os.path.dirname(__file__), '../../data/schemas')
SHOWN = 5
BLANK = re.compile(r'\s*')


def path_of(name):
    """The file of the schema that a document names, as vpasid-list/1."""
    return os.path.join(DIRECTORY, str(name).replace('/', '-') + '.json')


@functools.lru_cache(maxsize=None)
def validator(name):
    with open(path_of(name), encoding='utf-8') as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def mistakes(document):
    """What is wrong with a document: a list of sentences, which is empty if nothing is."""
    name = document.get('schema') if isinstance(document, dict) else None
    if not name or not os.path.exists(path_of(name)):
        return [f'no schema of data/schemas is named by: {json.dumps(document)[:200]}']
    return [f'{name}: {error.json_path}: {error.message[:300]}'
            for error in validator(name).iter_errors(document)]


def documents(text):
    decoder = json.JSONDecoder()
    position = BLANK.match(text).end()
    while position < len(text):
        document, position = decoder.raw_decode(text, position)
        position = BLANK.match(text, position).end()
        yield document


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--count', type=int, default=1)
    parser.add_argument('files', nargs='*')
    arguments = parser.parse_args()
    wrong, count = [], 0
    for name in arguments.files or ['/dev/stdin']:
        with open(name, encoding='utf-8') as file:
            for document in documents(file.read()):
                wrong += mistakes(document)
                count += 1
    if count < arguments.count:
        wrong.insert(0, f'{count} documents, where there should be {arguments.count}')
    for sentence in wrong[:SHOWN]:
        print('#', sentence)
    return bool(wrong)


if __name__ == '__main__':
    sys.exit(main())
