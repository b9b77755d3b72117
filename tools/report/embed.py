#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""embed.py OUTPUT CSS JS: the style sheet and the script of reports as C, and the script's hash."""
import base64
import hashlib
import sys


def literal(line):
    return '\t"' + line.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


def read(path):
    """Without what is for who reads the file: comments, empty lines, and tabs before a line."""
    with open(path, encoding='ascii') as file:
        lines = [line.lstrip('\t') for line in file]
    kept, is_comment = [], False
    for line in lines:
        is_comment = is_comment or line.startswith('/*')
        if not is_comment and line.strip():
            kept.append(line)
        is_comment = is_comment and not line.rstrip().endswith('*/')
    return kept


def define(name, lines):
    return f'const char {name}[] =\n' + '\n'.join(map(literal, lines)) + ';\n'


def main():
    output, style, script = sys.argv[1:]
    script = read(script)
    digest = hashlib.sha256(''.join(script).encode('ascii')).digest()
    with open(output, 'w', encoding='ascii') as file:
        file.write('/* Made by embed.py of data/report.css and data/report.js. */\n'
                   '#include "report/frame.h"\n\n'
                   + define('report_style', read(style))
                   + define('report_script', script)
                   + define('report_script_hash',
                            ['sha256-' + base64.b64encode(digest).decode('ascii')]))


main()
