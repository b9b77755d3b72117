#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# tests/support/hostile.py DIRECTORY SPEAKER: for hostile.sh. It runs the command, and looks
# at what came of it, as one process that lives as long as the test: a test runs the command
# some thousand times, and a process for each look would take longer than the command.
#
# A question on stdin is a number of words, and those words, each followed by a NUL: the name
# of a function below, and its arguments. The answer on stdout is what is wrong, or nothing,
# and a NUL.
import json
import os
import re
import resource
import select
import signal
import stat
import subprocess
import sys
import traceback

import schemas

DIRECTORY, SPEAKER = sys.argv[1:]
OUT, ERR = DIRECTORY + '/out', DIRECTORY + '/err'
# Control characters but the newline, and what turns the direction of text, ends a line
# otherwise, or can't be seen
ODD = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff'
                 '\U000e0000-\U000e007f]')
SECONDS = 30

answered = {}


def question(function):
    answered[function.__name__.encode()] = function
    return function


def content(path):
    with open(path, 'rb') as file:
        return file.read()


def beginning(*paths):
    return '\n'.join(ascii(content(path)[:2000]) for path in paths)


def ended(pid, seconds):
    """Whether it does within that time."""
    descriptor = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def run(argv, memory):
    """Its exit status, as a shell tells it; 124 if it took too long."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (memory * 1024, memory * 1024))

    with open(OUT, 'wb') as out, open(ERR, 'wb') as err:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   cwd=DIRECTORY + '/cwd', process_group=0,
                                   preexec_fn=limit if memory else None)
    in_time = ended(process.pid, SECONDS)
    for way in (signal.SIGTERM, signal.SIGKILL):
        if not ended(process.pid, 0):
            os.killpg(process.pid, way)
            ended(process.pid, 1)
    status = process.wait()
    if not in_time:
        return 124
    return status if status >= 0 else 128 - status


@question
def runs(memory, statuses, *argv):
    status = run(argv, int(memory or 0))
    if str(status).encode() not in statuses.split():
        return f'ended with {status}\n{beginning(OUT, ERR)}'
    wrong = clean(OUT, ERR)
    if wrong:
        return wrong
    for line in lines(ERR):
        if not line.startswith(SPEAKER + ': '):
            return f"not the command's line: {line!a}"
    return ''


@question
def clean(*paths):
    for path in paths:
        try:
            odd = ODD.search(content(path).decode())
        except UnicodeDecodeError as error:
            return f'not UTF-8: {error}'
        if odd:
            start = max(odd.start() - 100, 0)
            return f'raw: {odd.string[start:odd.start() + 100]!a}'
    return ''


@question
def is_json():
    """One object, valid by its schema; or nothing"""
    def refuse(word):
        raise ValueError(f'{word} is no number of JSON')

    text = content(OUT).decode()
    if not text:
        return ''
    try:
        value = json.loads(text, parse_constant=refuse)
    except ValueError as error:
        return f'not JSON: {error}\n{beginning(OUT)}'
    return '\n'.join(schemas.mistakes(value))


def lines(path):
    text = content(path).decode()
    return text.removesuffix('\n').split('\n') if text else []


@question
def fits(pattern):
    """Each line of the output does."""
    pattern = re.compile(pattern.decode())
    return '\n'.join(ascii(line) for line in lines(OUT) if not pattern.fullmatch(line))


@question
def says(name, text):
    """The output or the errors contain it."""
    path = os.fsencode(DIRECTORY) + b'/' + name
    return '' if text in content(path) else f"it isn't in {path!a}\n{beginning(path)}"


def remove(path):
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(status.st_mode):
        os.unlink(path)
        return
    if status.st_mode & 0o700 != 0o700:
        os.chmod(path, 0o700)
    for name in os.listdir(path):
        remove(os.path.join(path, name))
    os.rmdir(path)


def copy(source, target):
    status = os.lstat(source)
    if stat.S_ISDIR(status.st_mode):
        os.mkdir(target)
        for name in os.listdir(source):
            copy(os.path.join(source, name), os.path.join(target, name))
    elif stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(source), target)
    else:
        with open(target, 'xb', buffering=0) as file:
            file.write(content(source))


@question
def copies(source, target):
    """A tree, in place of what is there"""
    remove(target)
    copy(source, target)
    return ''


def entries(path):
    try:
        status = os.lstat(path)
        is_directory = stat.S_ISDIR(status.st_mode)
        leads = os.readlink(path) if stat.S_ISLNK(status.st_mode) else None
        names = sorted(os.listdir(path)) if is_directory else []
    except OSError as error:
        yield path, str(error)
        return
    yield path, (oct(status.st_mode), status.st_size, status.st_mtime_ns, leads)
    for name in names:
        yield from entries(os.path.join(path, name))


def snapshot():
    """All that is there, but for what the command prints"""
    return dict(entry for name in ('tree', 'outside', 'cwd')
                for entry in entries(os.path.join(DIRECTORY, name)))


before = {}


@question
def remember():
    before.clear()
    before.update(snapshot())
    return ''


@question
def unchanged():
    now = snapshot()
    return '\n'.join(f'{path!a}: was {before.get(path)}, is {now.get(path)}'
                     for path in sorted(before.keys() | now.keys())
                     if before.get(path) != now.get(path))


def words():
    buffer = b''
    while chunk := os.read(0, 1 << 16):
        *complete, buffer = (buffer + chunk).split(b'\0')
        yield from complete


def main():
    stream = words()
    for count in stream:
        name, *arguments = (next(stream) for _ in range(int(count)))
        try:
            answer = answered[name](*arguments)
        except Exception:
            answer = traceback.format_exc()
        os.write(1, answer.encode(errors='backslashreplace').replace(b'\0', b'') + b'\0')


main()
