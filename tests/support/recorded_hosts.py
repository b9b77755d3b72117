#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# tests/support/recorded_hosts.py DIRECTORY COUNT RECORDING...: that many recordings in DIRECTORY,
# made of those given, with other kernels, IOMMUs and drivers. They are the same each time. Instead
# of a COUNT, `hostile` is one whose names are markup, control characters, and not UTF-8.
import gzip
import io
import os
import re
import sys
import tarfile

DIRECTORY, COUNT, *GIVEN = sys.argv[1:]
HOSTILE = '"><script>alert(3)<&\'.tar.gz'
DRIVERS = (b'pasid_vfio_pci', b'vfio-pci', b'nvme', b'idxd')


def read(path):
    with tarfile.open(path) as tar:
        return [(member.name, tar.extractfile(member).read()) for member in tar]


MARKUP = b'</td></title><script>alert(1)</script><img src="http://h/" onerror=\'x\'>&amp;'
OTHERS = b'\x1b[31m\xff\xc2\x9b\xe2\x80\xae'


def hostile(name, data):
    if name.endswith('/osrelease'):
        return b'6.12.0-<img src="x" onerror=alert(2)>&amp;\n'
    if name.endswith('/uevent') and b'DRIVER=' in data:
        return re.sub(b'DRIVER=.*', lambda _: b'DRIVER=' + OTHERS + MARKUP[:48], data)
    if name.endswith('01:00.2/power_state'):
        return OTHERS + MARKUP + b'\n'
    if name.endswith('/type'):
        return b'<b>' + OTHERS + b'\n'
    return data


def varied(name, data, number):
    """The file of a host with that number."""
    if name.endswith('/osrelease'):
        return b'%d.%d.%d-fleet\n' % (6 + number % 2, 1 + number % 19, number % 7)
    if name.endswith('/intel-iommu/ecap'):
        return b'%x\n' % (int(data, 16) ^ (number % 2) << 26 ^ (number % 3) << 35)
    if name.endswith('/uevent') and b'DRIVER=' in data:
        return re.sub(b'DRIVER=.*', b'DRIVER=' + DRIVERS[number % len(DRIVERS)], data)
    return data


def write(path, files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    with open(path, 'wb') as file:
        file.write(gzip.compress(out.getvalue(), 1, mtime=0))


def main():
    given = [read(path) for path in GIVEN]
    if COUNT == 'hostile':
        write(os.path.join(DIRECTORY, HOSTILE),
              [(name, hostile(name, data)) for name, data in given[0]])
        return
    for number in range(int(COUNT)):
        files = given[number % len(given)]
        write(os.path.join(DIRECTORY, f'host-{number:04}.tar.gz'),
              [(name, varied(name, data, number)) for name, data in files])


main()
