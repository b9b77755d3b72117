#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# page_test.py DIRECTORY: the pages of vpasid report in a browser: one.html about a host, and
# several.html about a fleet. They are read, and widened, narrowed, printed and sorted.
import base64
import os
import re
import sys
import traceback

from browser import Browser

DIRECTORY = os.path.abspath(sys.argv[1])
ONE, SEVERAL = (os.path.join(DIRECTORY, name) for name in ('one.html', 'several.html'))
SHOTS = os.environ.get('SHOTS')
WIDTHS = (375, 1280)
tests = 0

# Elements that are wider than the window, and aren't in a box that scrolls
TOO_WIDE = '''Array.from(document.body.querySelectorAll('*')).filter(element =>
	!element.closest('.wide > *') && !element.closest('.skip') &&
	element.getClientRects().length &&
	element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5).map(element =>
	element.localName + '.' + element.className + ' ' + element.textContent.slice(0, 40))'''
SCROLLS = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
# The least contrast of text to what is behind it, by WCAG 2
CONTRAST = '''(() => {
	const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
	const rgb = colour => {
		canvas.clearRect(0, 0, 1, 1);
		canvas.fillStyle = colour;
		canvas.fillRect(0, 0, 1, 1);
		return canvas.getImageData(0, 0, 1, 1).data;
	};
	const light = colour => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => {
		const value = colour[i] / 255;
		return sum + part * (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
	}, 0);
	const behind = element => {
		for (; element; element = element.parentElement) {
			const colour = rgb(getComputedStyle(element).backgroundColor);
			if (colour[3] === 255)
				return colour;
		}
		return [255, 255, 255];
	};
	let least = [99, ''];
	for (const element of document.body.querySelectorAll('*:not(svg *)')) {
		const own = Array.from(element.childNodes).some(node => node.nodeType === 3 && node.data.trim());
		if (!own || !element.getClientRects().length || element.localName === 'script')
			continue;
		const a = light(rgb(getComputedStyle(element).color)), b = light(behind(element));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < least[0])
			least = [ratio, element.localName + '.' + element.className];
	}
	return least;
})()'''


def row(name, test, *arguments):
    global tests
    tests += 1
    try:
        test(*arguments)
        print(f'ok {tests} - {name}', flush=True)
    except Exception:
        print(f'not ok {tests} - {name}\n{traceback.format_exc()}', flush=True)


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f'{actual!r}, not {expected!r}')


def edited(path, pattern, replacement):
    """A copy with something else in it."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    changed = re.sub(pattern, replacement, text, count=1)
    expect(changed != text, True)
    copy = os.path.join(DIRECTORY, 'edited.html')
    with open(copy, 'w', encoding='utf-8') as file:
        file.write(changed)
    return copy


def fetches_nothing(browser, path):
    browser.load(path)
    expect(browser.requests(), ['file://' + path])
    expect(browser.complaints(), [])


def would_be_noticed(browser):
    """The policy shuts it out; and without the policy, the request is seen."""
    image = '<main><img src="http://192.0.2.1/x.png"/>'
    browser.load(edited(ONE, '<main>', image))
    expect(len(browser.complaints()) > 0, True)
    expect([url for url in browser.requests() if url.startswith('http')], [])
    with open(edited(ONE, '<main>', image), encoding='utf-8') as file:
        text = file.read()
    with open(os.path.join(DIRECTORY, 'edited.html'), 'w', encoding='utf-8') as file:
        file.write(re.sub('<meta http-equiv[^>]*>', '', text))
    browser.load(os.path.join(DIRECTORY, 'edited.html'))
    expect([url for url in browser.requests() if url.startswith('http')],
           ['http://192.0.2.1/x.png'])
    browser.load(edited(ONE, '</h1>', '</h1><script>document.title = "x"</script>'))
    expect(browser.ask('document.title') != 'x', True)


def fits(browser, path, width):
    browser.show(width)
    browser.load(path)
    for is_open in ('false', 'true'):
        browser.ask(f"document.querySelectorAll('details').forEach(d => {{ d.open = {is_open}; }})")
        expect(browser.ask(TOO_WIDE), [])
        expect(browser.ask(SCROLLS), False)


def width_is_noticed(browser):
    browser.show(375)
    browser.load(edited(ONE, '<main>', '<main><div style="width: 400px">x</div>'))
    expect(browser.ask(TOO_WIDE), ['div. x'])
    expect(browser.ask(SCROLLS), True)


def is_legible(browser, path, scheme):
    browser.show(1280, scheme)
    browser.load(path)
    browser.ask("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    ratio, where = browser.ask(CONTRAST)
    if ratio < 4.5:
        raise AssertionError(f'{where}: {ratio:.2f}')
    paper = browser.ask("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
    expect(int(paper) < 128, scheme == 'dark')


COLUMN = '''Array.from(document.querySelector('#summary table').tBodies[0].rows,
	row => row.cells[%d].textContent)'''


def sorts(browser):
    """By the keyboard, and back"""
    browser.show(1280)
    browser.load(SEVERAL)
    before = browser.ask(COLUMN % 2)
    browser.ask("document.querySelectorAll('#summary th button')[2].focus()")
    browser.press('Enter')
    after = browser.ask(COLUMN % 2)
    number = lambda release: [int(part) for part in re.findall(r'\d+', release)]
    expect(after, sorted(before, key=number))
    expect(after != before, True)
    expect(browser.ask("document.querySelectorAll('#summary th')[2].ariaSort"), 'ascending')
    browser.press('Enter')
    expect(browser.ask(COLUMN % 2)[0], after[-1])
    expect(browser.ask("document.querySelectorAll('#summary [aria-sort]').length"), 1)


def is_a_table_without_script(browser):
    browser.call('Emulation.setScriptExecutionDisabled', value=True)
    try:
        browser.load(SEVERAL)
        browser.call('Emulation.setScriptExecutionDisabled', value=False)
        expect(browser.ask("document.querySelectorAll('button').length"), 0)
        expect(browser.ask("document.querySelectorAll('#summary tbody tr').length"), 20)
    finally:
        browser.call('Emulation.setScriptExecutionDisabled', value=False)


def opens_what_is_linked(browser):
    browser.load(SEVERAL)
    expect(browser.ask("document.getElementById('h3').open"), False)
    browser.ask("document.querySelector('a[href=\"#h3\"]').click()")
    browser.wait()
    expect(browser.ask("document.getElementById('h3').open"), True)


def reaches_all(browser):
    """What scrolls, opens or leads somewhere takes the focus."""
    browser.load(ONE)
    wanted = browser.ask("document.querySelectorAll('a[href], summary, button, .wide').length")
    reached = browser.ask('''Array.from(document.querySelectorAll('a[href], summary, button, .wide'))
        .filter(element => element.tabIndex === 0).length''')
    expect(reached, wanted)
    browser.press('Tab')
    expect(browser.ask('document.activeElement.className'), 'skip')


def has_names(browser):
    """As assistive technology has them: one main heading, tables with captions, named regions"""
    browser.load(ONE)
    nodes = browser.call('Accessibility.getFullAXTree')['nodes']
    of_role = lambda role: [node.get('name', {}).get('value', '') for node in nodes
                            if node.get('role', {}).get('value') == role]
    expect(len(of_role('main')), 1)
    for role in ('table', 'region', 'navigation'):
        expect(bool(of_role(role)), True)
        expect([name for name in of_role(role) if not name], [])
    levels = [int(level) for level in browser.ask(
        "Array.from(document.querySelectorAll('h1, h2, h3'), h => h.localName[1]).join('')")]
    expect(levels[0], 1)
    expect(all(after <= before + 1 for before, after in zip(levels, levels[1:])), True)
    expect(levels.count(1), 1)


def prints_all(browser, path):
    """What is folded away is on paper, and nothing is cut off."""
    browser.show(1280)
    browser.load(path)
    closed = browser.ask("document.querySelectorAll('details:not([open])').length")
    browser.ask("dispatchEvent(new Event('beforeprint'))")
    expect(browser.ask("document.querySelectorAll('details:not([open])').length"), 0)
    browser.show(718, medium='print')  # A4 without its margins
    expect(browser.ask(TOO_WIDE.replace('!element.closest(\'.wide > *\') && ', '')), [])
    browser.ask("dispatchEvent(new Event('afterprint'))")
    expect(browser.ask("document.querySelectorAll('details:not([open])').length"), closed)
    pdf = base64.b64decode(browser.call('Page.printToPDF')['data'])
    expect(pdf[:4], b'%PDF')


def take_shots(browser):
    os.makedirs(SHOTS, exist_ok=True)
    for name, path in (('one', ONE), ('several', SEVERAL)):
        for width in WIDTHS:
            for scheme in ('light', 'dark'):
                browser.show(width, scheme)
                browser.load(path)
                height = min(browser.ask('document.documentElement.scrollHeight'), 6000)
                browser.show(width, scheme, height=height)
                shot = browser.call('Page.captureScreenshot')['data']
                with open(f'{SHOTS}/{name}-{width}-{scheme}.png', 'wb') as file:
                    file.write(base64.b64decode(shot))


def main():
    browser = Browser()
    for name, path in (('one host', ONE), ('several', SEVERAL)):
        row(f'{name}: nothing is fetched', fetches_nothing, browser, path)
        for width in WIDTHS:
            row(f'{name}: all is within {width} pixels', fits, browser, path, width)
        for scheme in ('light', 'dark'):
            row(f'{name}: {scheme} text is legible', is_legible, browser, path, scheme)
        row(f'{name}: printed, all is there', prints_all, browser, path)
    row('what would be fetched is noticed', would_be_noticed, browser)
    row('what is too wide is noticed', width_is_noticed, browser)
    row('hosts are sorted', sorts, browser)
    row('without a script, they are a table', is_a_table_without_script, browser)
    row('a link opens what it leads to', opens_what_is_linked, browser)
    row('the keyboard reaches all', reaches_all, browser)
    row('tables, regions and headings have names', has_names, browser)
    if SHOTS:
        take_shots(browser)
    browser.close()
    print(f'1..{tests}')


main()
