#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
explain_svg.py DIRECTORY: whether each picture NAME.svg of `vpasid explain --svg` there has what
its --json in NAME.json has, each link once, and whether it can be read: no text leaves its frame
or touches another, nothing leaves the picture, and states differ by more than their colour. Prints
what is wrong; else, how many states of which kind there were. A character is taken to be as wide
as in DejaVu Sans Mono, or twice if it isn't ASCII.
"""
import json
import pathlib
import re
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"
ADVANCE = 0.602
WORDS = {"ok": "ok", "broken": "broken", "unknown": "unknown", "n-a": "not applicable"}
ELEMENTS = ("svg", "title", "desc", "style", "g", "rect", "circle", "path", "text")
CONTRAST = 4.5  # WCAG 2, level AA


class Wrong(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Wrong(message)


class Style:
    """Rules of the form `.vpasid-path SELECTOR{...}`, on light and on dark paper."""

    def __init__(self, text):
        light, _, dark = text.partition("@media screen and (prefers-color-scheme:dark){")
        self.rules = [self.parse(light), self.parse(dark)]
        check(self.rules[0] and self.rules[1], "there is no style for light and dark paper")

    @staticmethod
    def parse(text):
        rules = {}
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
            for selector in selectors.strip().split(","):
                check(selector.startswith(".vpasid-path"), f"{selector} styles the whole page")
                key = selector.removeprefix(".vpasid-path").strip()
                for declaration in body.split(";"):
                    name, _, value = declaration.partition(":")
                    rules.setdefault(key, {})[name.strip()] = value.strip()
        return rules

    def get(self, selector, name, dark=0):
        for rules in self.rules[dark:None:-1] if dark else self.rules[:1]:
            if name in rules.get(selector, {}):
                return rules[selector][name]
        return None

    def size(self, class_name):
        size = self.get("." + class_name, "font-size") or self.get("text", "font-size")
        return float(size.removesuffix("px"))


def luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def check_colours(style):
    for dark in (0, 1):
        text = style.get("text", "fill", dark)
        soft = style.get(".where", "fill", dark)
        for paper in (".paper", ".box", ".cause"):
            under = style.get(paper, "fill", dark)
            for colour in (text, soft):
                check(contrast(colour, under) >= CONTRAST, f"{colour} on {under} is faint")
        seen = set()
        for verdict in WORDS:
            colour = style.get(f".{verdict} .state", "fill", dark)
            seen.add(colour)
            papers = [".box", ".cause"] if verdict == "broken" else [".box"]
            for paper in papers:
                under = style.get(paper, "fill", dark)
                check(contrast(colour, under) >= CONTRAST, f"{colour} on {under} is faint")
            sign = style.get(f".{verdict} .sign", "fill", dark)
            mark = style.get(f".{verdict} .mark", "stroke", dark) or style.get(
                ".mark", "stroke", dark
            )
            check(contrast(mark, sign) >= 3, f"{mark} on {sign} is faint")
        check(len(seen) == len(WORDS), "two states have the same colour")


class Box:
    def __init__(self, left, top, right, bottom, what):
        self.left, self.top, self.right, self.bottom = left, top, right, bottom
        self.what = what

    def holds(self, other):
        return (
            other.left >= self.left
            and other.right <= self.right
            and other.top >= self.top
            and other.bottom <= self.bottom
        )

    def touches(self, other):
        return (
            other.left < self.right
            and other.right > self.left
            and other.top < self.bottom
            and other.bottom > self.top
        )

    def __str__(self):
        return f"{self.what} ({self.left:g},{self.top:g} {self.right:g},{self.bottom:g})"


def columns(text):
    return sum(
        1 if c.isascii() else 0 if unicodedata.combining(c) else 2 for c in text
    )


def text_box(element, style):
    size = style.size(element.get("class").split()[-1])
    x, y = float(element.get("x")), float(element.get("y"))
    width = columns(element.text or "") * size * ADVANCE
    left = x - width if element.get("class") == "state" else x
    return Box(left, y - 0.8 * size, left + width, y + 0.25 * size, f"text {element.text!r}")


def rect_box(element):
    x, y = float(element.get("x")), float(element.get("y"))
    width, height = float(element.get("width")), float(element.get("height"))
    return Box(x, y, x + width, y + height, element.get("class"))


def sign_box(element):
    x, y = map(float, re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform")).groups())
    return Box(x - 10, y - 10, x + 10, y + 10, "sign")


def is_sign(element):
    return element.tag == SVG + "g" and element.get("transform") is not None


def classes(element):
    return (element.get("class") or "").split()


def boxes_below(element, style):
    """Texts and signs, which must not touch each other."""
    for child in element.iter():
        if child.tag == SVG + "text":
            yield text_box(child, style)
        elif is_sign(child):
            yield sign_box(child)


def check_apart(boxes):
    boxes = sorted(boxes, key=lambda box: box.top)
    for i, box in enumerate(boxes):
        for other in boxes[i + 1 :]:
            if other.top >= box.bottom:
                break
            check(not box.touches(other), f"{box} touches {other}")


def check_geometry(root, style):
    width, height = float(root.get("width")), float(root.get("height"))
    check(root.get("viewBox") == f"0 0 {width:g} {height:g}", "the viewBox isn't the size")
    picture = Box(0, 0, width, height, "picture")
    boxes = list(boxes_below(root, style))
    frames = []
    for element in root.iter(SVG + "rect"):
        if "paper" not in classes(element):
            frames.append(rect_box(element))
    for box in boxes + frames:
        check(picture.holds(box), f"{box} leaves the picture")
    check_apart(boxes)
    stations = [g for g in root.iter(SVG + "g") if classes(g) == ["station"]]
    check(stations, "there is no station")
    check_apart([rect_box(station.find(SVG + "rect")) for station in stations])
    for station in stations:
        frame = rect_box(station.find(SVG + "rect"))
        for box in boxes_below(station, style):
            check(frame.holds(box), f"{box} leaves its {frame}")
        for mark in map(rect_box, list(station.iter(SVG + "rect"))[1:]):
            check(frame.holds(mark), f"the mark of a cause leaves its {frame}")
            check(mark.left - frame.left == frame.right - mark.right, f"{mark} isn't in the middle")
    for path in root.iter(SVG + "path"):
        if "way" in classes(path):
            x, y, up = re.match(r"M(\S+) ([^vm]+)(?:v-(\d+))?", path.get("d")).groups()
            line = Box(float(x), float(y) - float(up or 0), float(x), float(y), "way")
            check(picture.holds(line), f"{line} leaves the picture")
            for station in stations:
                frame = rect_box(station.find(SVG + "rect"))
                check(not frame.touches(line), f"{line} goes through a station")


def check_link(group, link):
    verdict = link["verdict"]
    name = f"{link['link']} of {link['bdf']}"
    texts = {}
    for element in group.iter(SVG + "text"):
        texts.setdefault(element.get("class"), []).append(element.text or "")
    check(texts["name"] == [link["link"]], f"{name}: its name is {texts['name']}")
    state = texts["state"][0]
    check(state.startswith(WORDS[verdict]), f"{name}: {verdict}, and the picture says {state}")
    check(("likely" in state) == (link["certainty"] == "likely"), f"{name}: {state}")
    # Lines end at spaces or, in a long word, anywhere.
    told = "".join("".join(texts.get(kind, [])) for kind in ("text", "todo")).replace(" ", "")
    for key in ("found", "doubt"):
        if key == "found" and verdict == "unknown":
            continue
        wanted = (link[key] or "").replace(" ", "")
        check(wanted in told, f"{name}: {key} isn't there: {link[key]}")
    if verdict in ("broken", "unknown"):
        wanted = (link["todo"] or "").replace(" ", "")
        check(wanted in told, f"{name}: what to do isn't there: {link['todo']}")
    signs = [element for element in group if is_sign(element)]
    check(len(signs) == 1 and classes(signs[0]) == [verdict], f"{name}: its sign is another's")


def check_signs(root):
    shapes = {}
    for element in root.iter(SVG + "g"):
        if is_sign(element):
            shape = tuple((e.tag, e.get("d"), e.get("r")) for e in element)
            shapes.setdefault(element.get("class"), set()).add(shape)
    check(set(shapes) == set(WORDS), f"signs of {sorted(shapes)}: the legend has all")
    outlines = {next(iter(found)) for found in shapes.values()}
    check(
        all(len(found) == 1 for found in shapes.values()) and len(outlines) == len(WORDS),
        "a state hasn't a shape of its own",
    )


def check_links(root, device):
    wanted = device["links"] + device["needs"]
    groups = [g for g in root.iter(SVG + "g") if "link" in classes(g)]

    def key(link):
        return (link["link"], link["bdf"] or "", link["verdict"])

    def drawn(group):
        return (group.get("data-link"), group.get("data-bdf"), classes(group)[1])

    left = sorted(map(drawn, groups))
    check(sorted(map(key, wanted)) == left, f"links: {sorted(map(key, wanted))}, drawn: {left}")
    for link in wanted:
        check_link(next(group for group in groups if drawn(group) == key(link)), link)
    causes = [g for g in groups if g.find(SVG + "rect") is not None]
    broken = device["broken"]
    check(
        [drawn(group) for group in causes] == ([key(broken)] if broken else []),
        "it isn't the cause that is marked",
    )


def check_is_alone(root):
    """It takes nothing from elsewhere, and stands beside others in a page."""
    for foreign in ("url(", "@import", "@font-face"):
        check(foreign not in root.find(SVG + "style").text, f"there is {foreign}")
    for element in root.iter():
        check(element.tag.removeprefix(SVG) in ELEMENTS, f"there is {element.tag}")
        check(not any("href" in name for name in element.keys()), f"{element.tag} has a link")
        check(element.get("id") is None, f"{element.tag} has an id")


def check_picture(text, device):
    root = ElementTree.fromstring(text)
    check_is_alone(root)
    style = Style(root.find(SVG + "style").text)
    check_colours(style)
    check_geometry(root, style)
    check_signs(root)
    check_links(root, device)
    check(device["bdf"] in root.find(SVG + "title").text, "the title doesn't name the function")
    check(root.find(SVG + "desc").text == device["summary"], "the description isn't the summary")


def main():
    counts = dict.fromkeys(WORDS, 0)
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.svg")):
        device = json.loads(path.with_suffix(".json").read_text("utf-8"))["devices"][0]
        try:
            check_picture(path.read_text("utf-8"), device)
        except (Wrong, ElementTree.ParseError) as wrong:
            print(f"{path.name}: {wrong}")
            sys.exit(1)
        for link in device["links"] + device["needs"]:
            counts[link["verdict"]] += 1
    print("states:", *(f"{verdict}={count}" for verdict, count in counts.items()))


main()
