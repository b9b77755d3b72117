# SPDX-License-Identifier: MIT
"""The mutants of a C file: each is one small change that its tests should notice."""
import re
from dataclasses import dataclass

TOKEN = re.compile(r'''
    (?P<skip>/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'
        |^[ \t]*\#(?:\\\n|[^\n])*|\s+)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*)
    |(?P<operator><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
''', re.VERBOSE | re.MULTILINE | re.DOTALL)

# Not "*" and "&", which may be of a pointer: those stand between blanks if they are binary.
SWAPPED = {
    '==': ['!='], '!=': ['=='], '<': ['<='], '<=': ['<'], '>': ['>='], '>=': ['>'],
    '&&': ['||'], '||': ['&&'], '<<': ['>>'], '>>': ['<<'],
    '+=': ['-='], '-=': ['+='], '|=': ['&='], '&=': ['|='],
    ' + ': [' - '], ' - ': [' + '], ' * ': [' / '], ' / ': [' * '], ' % ': [' / '],
    ' & ': [' | '], ' | ': [' & '],
}

# One line that is a call, an assignment or the end of a loop's turn; declarations aren't matched.
STATEMENT = re.compile(
    r'^\t+(?P<statement>(?!return\b|goto\b|else\b|do\b|case\b|default\b)'
    r'(?:(?:break|continue)'
    r'|[*(]*[a-z_]\w*(?:->|\.|\[[^\]]*\]|\w)*\)?(?: (?:[-+*/|&^%]|<<|>>)?= [^;]*|\([^;]*\)|\+\+|--));)$',
    re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    path: str
    start: int
    end: int
    text: str  # in place of [start:end]

    def apply(self, source):
        return source[:self.start] + self.text + source[self.end:]


def tokens(source):
    """The tokens that are code: (kind, text, start, end)."""
    return [(m.lastgroup, m.group(), m.start(), m.end())
            for m in TOKEN.finditer(source) if m.lastgroup != 'skip']


def swapped(source, text, start, end):
    """What an operator can be mistaken for, with the part of the source that it replaces."""
    if text in SWAPPED:
        return [(start, end, other) for other in SWAPPED[text]]
    spaced = f' {text} '
    if spaced in SWAPPED and source[start - 1:end + 1] == spaced:
        return [(start - 1, end + 1, other) for other in SWAPPED[spaced]]
    return []


def off_by_one(text):
    digits = text.rstrip('uUlL')
    suffix, base = text[len(digits):], 16 if digits[:2].lower() == '0x' else 10
    if base == 10 and len(digits) > 1 and digits[0] == '0':
        return []  # octal: a mode of a file
    value = int(digits, base)
    return [(hex(other) if base == 16 else str(other)) + suffix
            for other in (value + 1, value - 1) if other >= 0]


def condition_end(code, index):
    """The index of the token that closes the bracket of code[index]."""
    depth = 0
    for at in range(index, len(code)):
        depth += (code[at][1] == '(') - (code[at][1] == ')')
        if not depth:
            return at
    return None


def mutants(path, source):
    """All of a file, in the order of their places."""
    code = tokens(source)
    found = []
    for index, (kind, text, start, end) in enumerate(code):
        if kind == 'operator':
            found += [Mutant(path, *change) for change in swapped(source, text, start, end)]
        elif kind == 'number':
            found += [Mutant(path, start, end, other) for other in off_by_one(text)]
        elif text == 'if' and (last := condition_end(code, index + 1)):
            opened, closed = code[index + 1][3], code[last][2]
            found.append(Mutant(path, opened, closed, f'!({source[opened:closed]})'))
    begins = {start for _, _, start, _ in code}
    found += [Mutant(path, m.start('statement'), m.end('statement'), ';')
              for m in STATEMENT.finditer(source) if m.start('statement') in begins]
    return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.text))
