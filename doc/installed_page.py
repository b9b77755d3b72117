#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""installed_page.py SOURCE PAGE OUTPUT [FROM=TO]...

Writes a page as it is installed. PAGE is its path below SOURCE, the source. A FROM is a path in the
source, TO the absolute path that it is installed as: links to it are relative to where the page is
installed. A link to a man page becomes its text alone, and one to what isn't installed is followed
by the path in the source. A FROM that begins with / is the path of one of our files with the
default prefix: in the text, TO takes its place.
"""

import os
import re
import sys

LINK = re.compile(r"(!?)\[([^]]*)\]\(([^)\s]+)\)")
MAN_PAGE = re.compile(r"\.[1-8]$")


def installed_link(page, places, match):
    """What a link becomes"""
    image, text, target = match.groups()
    path, hash_sign, anchor = target.partition("#")
    if not path or "://" in path:
        return match.group(0)
    path = os.path.normpath(os.path.join(os.path.dirname(page), path))
    if path in places:
        there = os.path.relpath(places[path], os.path.dirname(places[page]))
        return f"{image}[{text}]({there}{hash_sign}{anchor})"
    if MAN_PAGE.search(path):
        return text
    if text.strip("`/") == path:
        return f"{text} (in the source)"
    return f"{text} (in the source: {path})"


def main():
    source, page, output = sys.argv[1:4]
    places = dict(argument.split("=", 1) for argument in sys.argv[4:])
    with open(os.path.join(source, page), encoding="utf-8") as file:
        text = file.read()
    if page.endswith(".md"):
        text = LINK.sub(lambda match: installed_link(page, places, match), text)
    for path, there in places.items():
        if path.startswith("/"):
            text = re.sub(re.escape(path) + r"\b", lambda _, there=there: there, text)
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)


main()
