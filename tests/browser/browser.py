# SPDX-License-Identifier: MIT
"""A Chromium without a window, by the protocol of its developer tools, through a pipe."""
import fcntl
import json
import os
import select
import subprocess
import tempfile
import time

TIMEOUT = 60


class Browser:
    """What the browser tells of its own accord is in `events`."""

    def __init__(self):
        reads_commands, self.commands = os.pipe()
        self.answers, writes_answers = os.pipe()
        self.messages = tempfile.TemporaryFile()
        # Chromium reads commands at 3, and writes at 4. These may be taken here.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (reads_commands, writes_answers)]
        self.process = subprocess.Popen(
            ['bash', '-c', 'exec scripts/chromium --remote-debugging-pipe about:blank '
             f'3<&{ends[0]} 4>&{ends[1]} {ends[0]}<&- {ends[1]}>&-'],
            pass_fds=ends, stderr=self.messages)
        for end in (reads_commands, writes_answers, *ends):
            os.close(end)
        self.rest, self.number, self.events, self.session = b'', 0, [], None
        pages = [target for target in self.call('Target.getTargets')['targetInfos']
                 if target['type'] == 'page']
        self.session = self.call('Target.attachToTarget', targetId=pages[0]['targetId'],
                                 flatten=True)['sessionId']
        for domain in ('Page', 'Network', 'Log', 'Runtime'):
            self.call(domain + '.enable')

    def receive(self):
        end = time.monotonic() + TIMEOUT
        while b'\0' not in self.rest:
            if not select.select([self.answers], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError('Chromium says nothing')
            data = os.read(self.answers, 1 << 16)
            if not data:
                self.messages.seek(0)
                raise EOFError('Chromium has ended: ' + self.messages.read().decode())
            self.rest += data
        message, self.rest = self.rest.split(b'\0', 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.commands, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.receive()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]["message"]}')
                return answer['result']
            if 'method' in answer:
                self.events.append(answer)

    def load(self, path):
        """Also waits until its events are there."""
        self.events = []
        self.call('Page.navigate', url='file://' + path)
        while not any(event['method'] == 'Page.loadEventFired' for event in self.events):
            event = self.receive()
            if 'method' in event:
                self.events.append(event)
        self.wait()

    def wait(self):
        """For what comes soon"""
        time.sleep(0.2)
        self.ask('0')

    def ask(self, expression):
        result = self.call('Runtime.evaluate', expression=expression, returnByValue=True,
                           awaitPromise=True)
        if 'exceptionDetails' in result:
            raise RuntimeError(result['exceptionDetails']['exception']['description'])
        return result['result'].get('value')

    def show(self, width, scheme='light', medium='', height=900):
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.call('Emulation.setEmulatedMedia', media=medium,
                  features=[{'name': 'prefers-color-scheme', 'value': scheme}])

    def press(self, key):
        code = {'Enter': 13, 'Tab': 9}[key]
        text = {'text': '\r'} if key == 'Enter' else {}
        for kind in ('keyDown', 'keyUp'):
            self.call('Input.dispatchKeyEvent', type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code, **(text if kind == 'keyDown' else {}))

    def requests(self):
        """All that was asked for, also if nothing answered; not what the page's policy shut out."""
        shut_out = [event['params']['requestId'] for event in self.events
                    if event['method'] == 'Network.loadingFailed' and
                    event['params'].get('blockedReason') == 'csp']
        return [event['params']['request']['url'] for event in self.events
                if event['method'] == 'Network.requestWillBeSent' and
                event['params']['requestId'] not in shut_out]

    def complaints(self):
        """Of the console, among them about what the policy has shut out."""
        return [event['params']['entry']['text'] for event in self.events
                if event['method'] == 'Log.entryAdded'] + [
                    event['params']['exceptionDetails']['text'] for event in self.events
                    if event['method'] == 'Runtime.exceptionThrown']

    def close(self):
        self.call('Browser.close')
        self.process.wait(TIMEOUT)
