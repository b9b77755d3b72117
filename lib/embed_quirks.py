# SPDX-License-Identifier: MIT
"""embed_quirks.py OUTPUT FILE...: writes files of quirks as C, so that they are in the library."""
import os
import sys


def literal(line):
    return '"' + line.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


def entry(path):
    with open(path, encoding='ascii') as file:
        lines = file.readlines()
    text = '\n'.join('\t  ' + literal(line) for line in lines)
    return f'\t{{ {literal(os.path.basename(path))},\n{text} }},\n'


def main():
    output, *files = sys.argv[1:]
    files.sort(key=os.path.basename)
    with open(output, 'w', encoding='ascii') as file:
        file.write('/* Made by embed_quirks.py of the files in data/quirks/. */\n'
                   '#include "quirks_internal.h"\n\n'
                   'const struct builtin_quirks vpasid_builtin_quirks[] = {\n'
                   + ''.join(map(entry, files))
                   + '\t{ 0 },\n};\n')


main()
