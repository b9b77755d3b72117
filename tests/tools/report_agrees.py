#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# report_agrees.py VPASID PAGE PURPOSE ARG...: whether the page, which is about one host, says what
# list, check, explain and place say with these arguments in JSON. PURPOSE is "" for none. Prints
# what differs; the exit status is 1 then.
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

VPASID, PAGE, PURPOSE, *ARGUMENTS = sys.argv[1:]
ADDRESS = re.compile(r'[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]|(?<=group )[0-9]+')
HTML = '{http://www.w3.org/1999/xhtml}'
wrong = []


def ask(*command):
    output = subprocess.run([VPASID, *command, *ARGUMENTS], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=False).stdout
    return json.loads(output)


def compare(what, page, report):
    if page != report:
        wrong.append(f'{what}: the page says {page!r}, and JSON {report!r}')


def text(element):
    return '' if element is None else ''.join(element.itertext()).strip()


def find(element, tag, name):
    return [found for found in element.iter(HTML + tag)
            if name in found.get('class', '').split()]


def split(cell):
    """What was found, and what to do, of a cell that has both."""
    todo = text(next(iter(find(cell, 'p', 'todo')), None)).removeprefix('To do: ')
    found = (cell.text or '').strip()
    return found, todo


def rows_of(element):
    return list(element.iter(HTML + 'tbody'))[0].findall(HTML + 'tr')


def check_findings(page, for_option):
    report = ask('check', '--json', *for_option)
    summary = find(page['summary'], 'b', 'state')[0]
    compare('verdict', text(summary), report['verdict'])
    rows = [(text(row[0]), text(row[1]), *split(row[2])) for row in rows_of(page['check'])]
    compare('number of findings', len(rows), len(report['findings']))
    for row, finding in zip(rows, report['findings']):
        found = finding['found']
        if finding['subject'] and finding['subject'] not in found:
            found = f'{finding["subject"]}: {found}'
        todo = finding['todo'] or ''
        if finding['verdict'] == 'FAIL':
            todo = todo or "this can't be fixed on the host"
        compare('finding', row, (finding['verdict'], finding['question'], found, todo))


def link_of(row):
    codes = [text(code) for code in row[1].iter(HTML + 'code')] + ['']
    certainty = text(next(iter(find(row[0], 'span', 'faint')), None))
    return (text(find(row[0], 'b', 'state')[0]), certainty, codes[0], codes[1], *split(row[2]))


def link_in_json(link):
    is_unknown = link['verdict'] == 'unknown'
    doubt = link['doubt'] or ''
    found = doubt if is_unknown else link['found'] or ''
    if doubt and not is_unknown:
        found += f' ({doubt})'
    is_open = link['verdict'] in ('unknown', 'broken')
    return (link['verdict'], '' if is_unknown else link['certainty'], link['link'],
            ' '.join(filter(None, (link['bdf'], link['where']))), found.strip(),
            (link['todo'] or '') if is_open else '')


def check_chain(page, row, device):
    bdf = device['bdf']
    chain = page[row[3][0].get('href')[1:]]
    is_own = text(next(chain.iter(HTML + 'code'))) == bdf
    mask = (lambda value: value) if is_own else (lambda value: ADDRESS.sub('*', value))
    compare(f'verdict of {bdf}', text(row[1]), device['verdict'])
    compare(f'broken link of {bdf}', text(row[2]),
            ' at '.join(filter(None, (device['broken']['link'], device['broken']['bdf'])))
            if device['broken'] else '')
    compare(f'summary of {bdf}', mask(chain[1].text.strip()), mask(device['summary']))
    links = [link_of(row) for table in chain.iter(HTML + 'table') for row in rows_of(table)]
    expected = [link_in_json(link) for link in device['links'] + device['needs']]
    compare(f'number of links of {bdf}', len(links), len(expected))
    for link, other in zip(links, expected):
        compare(f'link of {bdf}', tuple(map(mask, link)), tuple(map(mask, other)))


def check_map(page, row, bdf):
    place = ask('place', '--format', 'json', bdf)['devices'][0]
    said = text(page[row[3][1].get('href')[1:]])
    offset = re.search(r'PASID capability goes to (0x[0-9a-f]+)', said)
    compare(f'place of {bdf}', int(offset[1], 16) if offset else None, place['offset'])
    if place['error'] and ADDRESS.sub('*', place['error']) not in ADDRESS.sub('*', said):
        wrong.append(f'{bdf}: the page doesn\'t say that {place["error"]}')


def check_functions(page, for_option):
    devices = ask('list', '--json')['devices']
    tables = list(page['functions'].iter(HTML + 'tbody'))
    rows = rows_of(page['functions']) if tables else []
    compare('functions', [text(row[0]) for row in rows], [device['bdf'] for device in devices])
    for row, device in zip(rows, devices):
        cells = [text(cell) for cell in row[4:]]
        kind = f'VF of {device["pf"]}' if device['pf'] else device['kind']
        shown = lambda value: '-' if value is None else str(value)
        compare(f'row of {device["bdf"]}', (cells[0], cells[1], *cells[2:5], cells[7]),
                (kind if kind not in ('vf', 'pf') else kind.upper(), shown(device['driver']),
                 *(shown(device[key]) for key in ('width', 'iommu_width', 'usable_width')),
                 device['state']))
        check_chain(page, row, ask('explain', '--json', *for_option, device['bdf'])['devices'][0])
        check_map(page, row, device['bdf'])


def main():
    root = ElementTree.parse(PAGE).getroot()
    page = {element.get('id'): element for element in root.iter() if element.get('id')}
    for_option = ('--for', PURPOSE) if PURPOSE else ()
    check_findings(page, for_option)
    check_functions(page, for_option)
    print(*wrong, sep='\n')
    sys.exit(1 if wrong else 0)


main()
