#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# json_page.py SCHEMA...: prints vpasid-json(5), made of the JSON Schemas' descriptions.
import json
import os
import sys

HEAD = r'''.\" SPDX-License-Identifier: GPL-2.0-or-later
.\" Made by doc/man/json_page.py of data/schemas.
.Dd November 27, 2026
.Dt VPASID-JSON 5
.Os vfio-pasid
.Sh NAME
.Nm vpasid-json
.Nd JSON output of vpasid
.Sh DESCRIPTION
With
.Fl -json ,
a command of
.Xr vpasid 1
prints a JSON object.
Its member
.Sy schema
names the JSON Schema that describes it, draft 2020-12.
The schemas are installed as
.Pa vpasid/schemas/vpasid-list-1.json
and so on, in the directory for data.
They describe the output of this version exactly: no member is ever left out, and there are no others.
.Sy null
means that a value is unknown or does not apply.
.Pp
With the same number at the end of the name, later versions may add members, and strings may have new
values.
The number changes if a member is removed or its meaning changes.
A program that is to work with later versions should ignore members that it does not know.
.Pp
Text is UTF-8.
Characters that
.Xr vpasid 1
escapes on a terminal are escaped here, too, after two backslashes.
.Pp
In the lists below, a dot stands before a member of an object, and
.Sy \&[]
after an array of objects.
'''
TAIL = r'''.Sh SEE ALSO
.Xr jq 1 ,
.Xr vpasid 1
'''


def text(words):
    """A sentence, as mdoc takes it: nothing at the beginning of a line is a macro."""
    lines = words.replace('\\', '\\e').replace('. ', '.\n').split('\n')
    return ''.join(f'\\&{line}\n' if line[0] in ".'" else f'{line}\n' for line in lines)


def target(schema, root):
    """What a schema refers to, with the description of where it is used."""
    for reference in [schema, *schema.get('anyOf', [])]:
        if '$ref' in reference:
            found = target(root['$defs'][reference['$ref'].rsplit('/', 1)[1]], root)
            return {**found, **{key: schema[key] for key in ('description',) if key in schema},
                    'nullable': 'anyOf' in schema}
    return schema


def kind(schema, root):
    types = schema.get('type', 'string')
    types = types if isinstance(types, list) else [types]
    words = types[0]
    if words == 'array':
        words = 'array of ' + target(schema['items'], root).get('type', 'string') + 's'
    if schema.get('enum') == [True, None]:
        words = 'boolean'
    return words + (' or null' if 'null' in types or None in schema.get('enum', [])
                    or schema.get('nullable') else '')


def limits(schema):
    low, high = schema.get('minimum'), schema.get('maximum')
    if low is None or schema.get('type') == 'string':
        return ''
    return f'At least {low}' if high is None else f'{low} to {high}'


def values(schema):
    names = [value for value in schema.get('enum', []) if isinstance(value, str)]
    return 'One of ' + ', '.join(names) if names else ''


def members(schema, root, before=''):
    """The rows of an object, and of the objects in it."""
    for name, member in schema['properties'].items():
        about = target(member, root)
        yield f'.It Sy {before}{name} Pq {kind(about, root)}\n'
        sentence = about['description']
        yield text(sentence[0].upper() + sentence[1:] + '.')
        for more in filter(None, [values(about), limits(about)]):
            yield text(more + '.')
        inner = target(about['items'], root) if 'items' in about else about
        # "broken" is one of "links", where the members of a link are.
        if 'properties' in inner and name != 'broken':
            suffix = '[].' if 'items' in about else '.'
            yield from members(inner, root, f'{before}{name}{suffix}')


def section(path):
    with open(path, encoding='utf-8') as file:
        schema = json.load(file)
    name = schema['properties']['schema']['const']
    return (f'.Ss {name}\n' + text(schema['title'] + '.') + '.Bl -tag -width Ds\n'
            + ''.join(members(schema, schema)) + '.El\n')


def main():
    sys.stdout.write(HEAD)
    for path in sorted(sys.argv[1:], key=os.path.basename):
        sys.stdout.write(section(path))
    sys.stdout.write(TAIL)


if __name__ == '__main__':
    main()
