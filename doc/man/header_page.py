#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""header_page.py HEADER              prints a page of section 3, made of a public header's kernel-doc
header_page.py --names HEADER...   prints the page and the name of each function, struct and enum

The page of vpasid/place.h is vpasid_place.h(3). lint has kernel-doc check the comments, so what is
read here has its form, except that one comment may describe several macros, a line each.
"""
import os
import re
import sys
import textwrap

COMMENT = re.compile(r'^/\*\*?\n(?P<text>(?: \*[^\n]*\n)*?) \*/\n(?P<code>.*?)(?=^/\*|^VPASID_END|^#endif|\Z)',
                     re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r'(?:@(?P<member>\w+):|(?P<name>(?:struct |enum )?\w+(?:\(\))?) -) (?P<about>.*)')
ERROR = re.compile(r'\t((?:-E\w+|-errno)(?:, -E\w+)*)\s+(.*)')
ITEM = re.compile(r'(?:- |(?P<number>\d+)\. )(.*)')
FUNCTION = re.compile(r'(?P<type>[^;]*?)(?P<name>\w+)\((?P<arguments>[^;]*)\);')

HEAD = r'''.\" SPDX-License-Identifier: MIT
.\" Made by doc/man/header_page.py of include/{header}.
.Dd November 27, 2026
.Dt {title} 3
.Os vfio-pasid
.Sh NAME
{names}
.Nd {about}
.Sh LIBRARY
libvpasid, with
.Fl lvpasid
.Sh SYNOPSIS
.In {header}
'''
TAIL = '''.Sh SEE ALSO
.Xr libvpasid 3
'''


def escape(words):
    words = words.replace('\\', '\\e').replace('-', '\\-')
    return '\\&' + words if words[:1] in ('.', "'") else words


def text(words):
    """A sentence a line, with names in italics and functions in bold"""
    words = ' '.join(words.split()).replace('\\', '\\e')
    words = re.sub(r'&(?:struct )?(\w+(?:\.\w+)?)|@(\w+(?:(?:->|\.)\w+)*)',
                   lambda match: f'\\fI{match[1] or match[2]}\\fR', words)
    words = re.sub(r'\b(vpasid_\w+)\(\)', r'\\fB\1\\fR()', words)
    words = re.sub(r'(?<![\w.)])-(?=[\w>])', r'\\-', words)
    lines = re.sub(r'(?<=\w[.])\s(?=[A-Z@&\\])', '\n', words).split('\n')
    return ''.join(f'\\&{line}\n' if line[0] in ".'" else f'{line}\n' for line in lines)


def sentence(words):
    """It begins with a capital letter, unless that would change a name"""
    return words if re.match(r'(?:enum|struct) |\w+[(_]', words) else words[:1].upper() + words[1:]


def literal(lines):
    code = textwrap.dedent('\n'.join(lines)).expandtabs(8).splitlines()
    return '.Bd -literal -offset indent\n' + ''.join(escape(line) + '\n' for line in code) + '.Ed\n'


def bullets(lines):
    """A list: what belongs to an item is indented by as much as its first word"""
    items = []
    for line in lines:
        item = ITEM.fullmatch(line)
        if item:
            items.append(item[2])
        else:
            items[-1] += ' ' + line
    kind = 'enum' if ITEM.fullmatch(lines[0])['number'] else 'bullet'
    return f'.Bl -{kind}\n' + ''.join('.It\n' + text(item) for item in items) + '.El\n'


def paragraphs(lines):
    """The paragraphs, lists and pieces of code of a comment"""
    pieces = []
    for block in re.split(r'\n(?:[ \t]*\n)+', '\n'.join(lines).strip('\n')):
        rows = block.split('\n')
        if rows[0].startswith('\t'):
            pieces.append(literal(rows))
        elif ITEM.fullmatch(rows[0]):
            pieces.append(bullets(rows))
        elif block.strip():
            pieces.append(('.Pp\n' if pieces else '') + text(block))
    return ''.join(pieces)


def returns(lines):
    """What a function returns: a sentence, errors, and what holds of all of them"""
    first, errors, last = [lines[0].removeprefix('Return:')], [], []
    for line in lines[1:]:
        error = ERROR.fullmatch(line)
        if error:
            errors.append([error[1], error[2]])
        elif errors and line.startswith('\t\t'):
            errors[-1][1] += ' ' + line.strip()
        else:
            (last if errors else first).append(line)
    page = '.Pp\nReturns ' + text(' '.join(first)).lstrip()
    if errors:
        page += '.Bl -tag -width "-EOPNOTSUPP" -compact\n'
        page += ''.join(f'.It Er {escape(name)}\n{text(about)}' for name, about in errors) + '.El\n'
    return page + (text(' '.join(last)) if last else '')


class Item:
    """One comment, and the code that it describes"""
    def __init__(self, match):
        lines = [line[3:] if line.startswith(' * ') else line[2:] for line in match['text'].splitlines()]
        self.code = match['code'].strip('\n').replace('VPASID_API ', '').split('\n')
        self.is_documentation = match[0].startswith('/**')
        self.entries, self.body, self.result = [], lines, []
        if self.is_documentation:
            self.split(lines)
        self.kind = self.find_kind()
        if '};' in self.code:
            self.code = self.code[:self.code.index('};') + 1]

    def find_kind(self):
        """By the code, as in comments macros with arguments look like functions"""
        if not self.entries:
            return 'text'
        first = self.code[0].partition(' ')[0]
        if first in ('#define', 'typedef'):
            return first
        return self.entries[0][0].partition(' ')[0] if ' ' in self.entries[0][0] else 'function'

    def split(self, lines):
        """The entries come first, up to an empty line, and Return: last"""
        end = lines.index('') if '' in lines else len(lines)
        if lines[0].startswith('DOC: '):
            end = 0
        for line in lines[:end]:
            entry = ENTRY.fullmatch(line)
            if entry:
                self.entries.append([entry['member'] or entry['name'], entry['about'], bool(entry['name'])])
            else:
                self.entries[-1][1] += ' ' + line.strip()
        at = next((i for i, line in enumerate(lines) if line.startswith('Return:')), len(lines))
        self.body, self.result = lines[end:at], lines[at:]

    def has_links(self):
        return self.kind not in ('text', '#define')

    def headings(self):
        """What the comment is about: one thing, or several of a kind, each with what is said of it"""
        return [entry for entry in self.entries if entry[2]]

    def names(self):
        return [name.rpartition(' ')[2].removesuffix('()') for name, _, _ in self.headings()]

    def prototypes(self):
        page = ''
        for found in FUNCTION.finditer(' '.join(' '.join(self.code).split())):
            arguments = [argument.strip() for argument in found['arguments'].split(',')]
            page += (f".Ft {found['type'].strip()}\n.Fn {found['name']} "
                     + ' '.join(f'"{argument}"' for argument in arguments) + '\n')
        return page

    def title(self):
        names = [name for name, _, _ in self.headings()]
        prefix = os.path.commonprefix(names).rpartition('_')[0]
        return f'{prefix}_*' if len(names) > 1 and '_' in prefix and self.kind == '#define' else ', '.join(names)

    def members(self):
        """Constants that are described together, or members and arguments"""
        entries = [entry for entry in self.entries if not entry[2]]
        if self.kind == '#define' and len(self.entries) > 1:
            entries = self.entries
        if not entries:
            return ''
        macro = 'Dv' if self.kind in ('#define', 'enum') else 'Fa'
        return ('.Bl -tag -width Ds\n'
                + ''.join(f'.It {macro} {name}\n{text(sentence(about))}' for name, about, _ in entries)
                + '.El\n')

    def section(self):
        if not self.is_documentation:
            return paragraphs(self.body)
        if not self.entries:
            title, _, rest = '\n'.join(self.body).removeprefix('DOC: ').partition('\n')
            return f'.Ss {title}\n' + literal(self.code) + '.Pp\n' + paragraphs(rest.split('\n'))
        page = f'.Ss {self.title()}\n'
        if self.kind != '#define' or len(self.entries) == 1:
            page += text(' '.join(sentence(about) + '.' for _, about, _ in self.headings()))
        if self.kind != 'function':
            page += literal(self.code)
        body = paragraphs(self.body)
        page += self.members() + ('.Pp\n' + body if body else '')
        return page + (returns(self.result) if self.result else '')


def page_name(header):
    return 'vpasid_' + os.path.basename(header)


def read(header):
    with open(header, encoding='utf-8') as file:
        return [Item(match) for match in COMMENT.finditer(file.read())]


def page(header):
    items = read(header)
    functions = [item for item in items if item.kind == 'function']
    name = page_name(header)
    names = [name] + [name for item in functions for name in item.names()]
    about = re.split(r'\. ', ' '.join(items[0].body).strip().rstrip('.'))[0]
    sys.stdout.write(HEAD.format(header='vpasid/' + os.path.basename(header), title=name.upper(),
                                 names=' ,\n'.join('.Nm ' + name for name in names),
                                 about=about[0].lower() + about[1:]))
    sys.stdout.write(''.join(item.prototypes() for item in functions) + '.Sh DESCRIPTION\n')
    sys.stdout.write(''.join(item.section() for item in items))
    sys.stdout.write(TAIL)


def main(arguments):
    if arguments[0] == '--names':
        for header in arguments[1:]:
            for item in read(header):
                if item.has_links():
                    print(''.join(f'{page_name(header)} {name}\n' for name in item.names()), end='')
    else:
        page(arguments[0])


if __name__ == '__main__':
    main(sys.argv[1:])
