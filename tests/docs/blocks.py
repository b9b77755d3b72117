# SPDX-License-Identifier: MIT
"""The blocks of code in documents, and the comment before each, which says what holds it true:

<!-- run -->                      its commands run in a copy of the source, and print what it shows
<!-- checked by TEST: NAME -->    that test reads it by its name
<!-- checked by TEST -->          that test reads the document
<!-- not run: REASON -->

A comment `<!-- blocks of LANGUAGE: checked by TEST -->` says so for all blocks of a page that are in
one language. A line `...` in a block stands for lines that are left out.
"""
import re
import shlex
from dataclasses import dataclass

from markdown_it import MarkdownIt

MARK = re.compile(r'<!-- (?:blocks of (?P<language>\S+): )?'
                  r'(?:(?P<run>run)|checked by (?P<test>\S+?)(?:: (?P<name>\S+))?|not run: (?P<why>.+?)) -->',
                  re.DOTALL)


@dataclass
class Block:
    """A block and its mark, which is None if it has none"""
    page: str
    line: int       # of the first line of its text, from 1
    language: str
    text: str
    mark: re.Match | None

    @property
    def name(self):
        return self.mark and self.mark['name']

    def place(self):
        return f'{self.page}:{self.line - 1}'


def parse(text):
    return MarkdownIt('commonmark').enable('table').parse(text)


def read(page):
    """All blocks of a page, those that are only indented, too"""
    with open(page, encoding='utf-8') as file:
        tokens = parse(file.read())
    marks, blocks, before = {}, [], None
    for token in tokens:
        if token.type in ('fence', 'code_block'):
            fenced = token.type == 'fence'
            blocks.append(Block(page, token.map[0] + (2 if fenced else 1), token.info, token.content,
                                before if fenced else None))
        before = MARK.fullmatch(token.content.strip()) if token.type == 'html_block' else None
        if before and before['language']:
            marks[before['language']] = before
            before = None
    for block in blocks:
        block.mark = block.mark or marks.get(block.language)
    return blocks


def named(page, name):
    found = [block for block in read(page) if block.name == name]
    if len(found) != 1:
        raise SystemExit(f'{page}: {len(found)} blocks are named {name}')
    return found[0]


def is_whole(command):
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith('\\')


def commands(block):
    """Its commands: what follows "$ ", until quotes are closed; or all of it, if it shows no output"""
    lines = block.text.splitlines()
    if not any(line.startswith('$ ') for line in lines):
        return [block.text] if block.text.strip() else []
    found = []
    for line in lines:
        if found and not is_whole(found[-1]):
            found[-1] += '\n' + line
        elif line.startswith('$ '):
            found.append(line[2:])
    return found
