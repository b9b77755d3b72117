# SPDX-License-Identifier: MIT
"""quirks.h: what data/quirks/README says of the format; the text is known to be right."""
import re
from dataclasses import dataclass, field


@dataclass
class Quirk:
    conditions: list
    hidden: list = field(default_factory=list)
    extents: list = field(default_factory=list)
    offset: int = 0
    source: str = ''

    def matches(self, device):
        return all(condition(device) for condition in self.conditions)


def _ids(text, vendor, device):
    wanted = [(key, int(value, 16)) for key, value in zip((vendor, device), text.split(':'))
              if value != '*']
    return lambda function: all(function[key] == value for key, value in wanted)


def _condition(text):
    key, value = text.split('=')
    if key == 'subsystem':
        return _ids(value, 'subsystem_vendor', 'subsystem_device')
    if key == 'revision':
        first, _, last = value.partition('-')
        return lambda function: int(first, 16) <= function['revision'] <= int(last or first, 16)
    return lambda function: function['function'] == value


def _range(text):
    first, last = (int(part, 16) for part in text.split('-'))
    return first, last - first + 1


def parse(lines):
    quirks = []
    for line in lines:
        words = line.split('#')[0].split() if '"' not in line else line.split()
        if not words:
            continue
        if words[0] == 'device':
            conditions = [_ids(words[1], 'vendor', 'device')]
            quirks.append(Quirk(conditions + [_condition(word) for word in words[2:]]))
        elif words[0] == 'hidden':
            quirks[-1].hidden.append(_range(words[1]))
        elif words[0] == 'extent':
            quirks[-1].extents.append(_range(words[1]))
        elif words[0] == 'offset':
            quirks[-1].offset = int(words[1], 16)
        else:
            quirks[-1].source = re.search('"(.*?)"', line).group(1)
    return quirks


def match(lines, device):
    return [quirk for quirk in parse(lines) if quirk.matches(device)]
