#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# tests/support/recordings.py CONFIG DIRECTORY: recordings, as vpasid record makes them and as an
# attacker would. Each is a file in DIRECTORY; for each, a line of its name, a tab, and what vpasid
# says when it refuses it, which is empty if it takes it.
import gzip
import io
import os
import sys
import tarfile

CONFIG, DIRECTORY = sys.argv[1:]
TOP = 'vpasid-record/'
BDF = '0000:00:05.0'
AT = f'sys/bus/pci/devices/{BDF}'
HEAD = 'vpasid-record 1\nversion 0.2.0\ndate 2026-11-27T00:00:00Z\nroot yes\nwake no\n'
LINES = (f'entries 0 sys/bus/pci/devices l{BDF}\n'
         f'target 0 {AT} ../../../devices/pci0000:00/{BDF}\n'
         f'presence 0 {AT} d\n'
         f'target 2 {AT}/physfn\n'
         f'target 0 {AT}/iommu ../../virtual/iommu/dmar0\n'
         f'target 0 {AT}/driver ../../../bus/pci/drivers/nvme\n')
with open(CONFIG, 'rb') as config:
    FILES = [
        (f'{AT}/uevent', b'DRIVER=nvme\nPCI_CLASS=88000\nPCI_ID=1B36:FFF0\n'
                         b'PCI_SUBSYS_ID=1AF4:1AF4\n'),
        (f'{AT}/config', config.read()),
        (f'{AT}/power_state', b'D0\n'),
        ('sys/class/iommu/dmar0/intel-iommu/ecap', b'490080f00f4a\n'),
        ('proc/sys/kernel/osrelease', b'6.12.0-test\n'),
        ('proc/cmdline', b'intel_iommu=on,sm_on\n'),
    ]


def manifest(lines=LINES, head=HEAD):
    return (TOP + 'manifest', (head + lines).encode())


def under_top(files):
    return [(TOP + path, data) for path, data in files]


def archive(members, **of_header):
    """Members are names and contents, or what tarfile takes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=of_header.get('format', tarfile.USTAR_FORMAT)) as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
                continue
            name, data = member
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def special(kind, name=TOP + f'{AT}/extra', target=''):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def with_field(data, offset, value):
    """A header of another content, with the checksum that it takes."""
    header = bytearray(data[:512])
    header[offset:offset + len(value)] = value
    header[148:156] = b' ' * 8
    header[148:156] = b'%06o\0 ' % sum(header)
    return bytes(header) + data[512:]


def emit(name, data, refusal='', compress=True):
    with open(os.path.join(DIRECTORY, name), 'wb') as file:
        file.write(gzip.compress(data, 6, mtime=0) if compress else data)
    print(name, refusal, sep='\t')


def end_of(tar):
    """Where the two blocks of zeros begin."""
    return len(tar.rstrip(b'\0')) + 511 & ~511


SOUND = [manifest()] + under_top(FILES)


def sound():
    emit('sound', archive(SOUND))
    emit('sound, not compressed', archive(SOUND), compress=False)
    texts = ''.join(f'target 0 {AT}/{name} ../%1b[2J%0avpasid:%e2%80%ae%ff{name}\n'
                    for name in ('iommu', 'iommu_group'))
    emit('texts', archive([manifest(
        f'entries 0 sys/bus/pci/devices l{BDF} l%1b[2J lx%0ay\ntarget 2 sys/%ff%9b\n' + texts,
        HEAD.replace('0.2.0', '\x1b[2J').replace('2026', '\u202e'))] + under_top(FILES)))
    for what, data in {
            'programs with escapes': b'/usr/\x1b[2J\r\xff/qemu\nQEMU \x1b[2J\x9b version 11.1\n',
            'programs without a line': b'QEMU 11.1',
            'programs of one line': b'/usr/bin/qemu\n',
            'programs of a long path': b'/' * 5000 + b'\n11.1\n',
            'programs with a NUL': b'/usr/\0bin\n11.1\n',
            'programs of huge versions': b'/x\n' + b'9' * 400 + b'.' + b'9' * 400 + b'\n',
            'empty programs': b'',
    }.items():
        emit(what, archive(SOUND + under_top([('programs/qemu', data), ('programs/libvirt', data)])))
    lines = b'flags\t' + b'x' * 60000 + b' enqcmd\n'
    emit('long lines', archive(SOUND + under_top([
        ('proc/cpuinfo', lines), ('proc/interrupts', lines.replace(b'enqcmd', b'IR-PCI-MSI')),
        ('lib/modules/6.12.0-test/modules.dep', b'a' * 60000 + b'/pasid_vfio_pci.ko:'),
        ('dev/kmsg', lines)])))
    emit('circles', archive([manifest(
        f'entries 0 sys/bus/pci/devices l{BDF}\ntarget 0 {AT} {BDF}\n'
        f'target 0 {AT}/physfn ../{BDF}\n')] + under_top(FILES)))
    emit('no answers but functions', archive([manifest(LINES.split('\n')[0] + '\n')]))


def damaged():
    tar = archive(SOUND)
    packed = gzip.compress(tar, 6, mtime=0)
    emit('empty', b'', 'truncated', compress=False)
    emit('nothing, compressed', b'', 'truncated')
    emit('no files', archive([]), 'it is empty')
    emit('a text', b'00:05.0 Unassigned class: x\n' * 100, "isn't a tar archive in the ustar format")
    emit('noise', bytes(i * i * 7 % 251 for i in range(4096)), "isn't a tar archive in the ustar format")
    for i in range(1, 20):
        emit(f'cut at {i} twentieths', packed[:len(packed) * i // 20], 'truncated', compress=False)
    emit('cut before its check', packed[:-8], 'truncated', compress=False)
    emit('a wrong check', packed[:-8] + bytes(8), 'damaged', compress=False)
    emit('cut behind a header', tar[:512], 'truncated')
    emit('cut in a file', tar[:700], 'truncated')
    emit('without its end', tar[:end_of(tar)], 'truncated')
    emit('something behind its end', tar + archive(SOUND), 'behind its end')
    emit('a wrong checksum', b'x' + tar[1:], "isn't a tar archive in the ustar format")


def names():
    sure = "isn't a name of a recorded file"
    for what, name in {
            'a path outside': '../../etc/passwd',
            'an absolute path': '/etc/passwd',
            'another top': 'other/sys/x',
            'no path': TOP,
            'a path that climbs': TOP + 'sys/../../x',
            'a path that stays': TOP + 'sys/./x',
            'a path with a gap': TOP + 'sys//x',
            'a path that ends in a slash': TOP + 'sys/x/',
            'a name with a newline': TOP + 'sys/x\ny',
            'a name with an escape': TOP + 'sys/\x1b[2J',
    }.items():
        emit(what, archive([manifest(), (name, b'x')]), sure)
    tar = archive([manifest(), (TOP + 'sys/x', b'')])
    at = tar.index(b'vpasid-record/sys/x')
    emit('a name with a NUL', tar[:at] + with_field(tar[at:], len(TOP + 'sys/x'), b'\0/../y'),      'invalid header')
    emit('a prefix that climbs', tar[:at] + with_field(tar[at:], 345, b'..'), sure)
    emit('a file twice', archive(SOUND + [SOUND[1]]), 'twice')
    emit('a file that the manifest has',
         archive([manifest(f'content 13 {AT}/config\n')] + under_top(FILES)), 'twice')
    emit('two manifests', archive([manifest(), manifest()]), 'two manifests')
    emit('the manifest last', archive(SOUND[1:] + SOUND[:1]), "isn't the manifest")
    emit('no manifest', archive(SOUND[1:]), "isn't the manifest")


def kinds():
    other = 'other entries than regular files'
    for what, member in {
            'a link': special(tarfile.SYMTYPE, target='/etc/passwd'),
            'a hard link': special(tarfile.LNKTYPE, target=TOP + 'manifest'),
            'a character device': special(tarfile.CHRTYPE),
            'a block device': special(tarfile.BLKTYPE),
            'a pipe': special(tarfile.FIFOTYPE),
            'a directory': special(tarfile.DIRTYPE),
            'a kind of no standard': special(b'Z'),
    }.items():
        emit(what, archive([manifest(), member]), other)
    emit('a manifest that is a link',
         archive([special(tarfile.SYMTYPE, TOP + 'manifest', '/etc/passwd')]), other)
    long = (TOP + 'sys/' + 'x' * 300, b'x')
    emit('a header of pax', archive([manifest(), long], format=tarfile.PAX_FORMAT), other)
    emit('a long name of GNU', archive([manifest(), long], format=tarfile.GNU_FORMAT),
         "isn't a tar archive in the ustar format")


def sizes():
    tar = archive([(TOP + 'sys/x', b'')])
    for what, field in {
            'a size of 8 GiB': b'77777777777\0',
            'a size that is negative': b'\xff' * 12,
            'a size that is no number': b'9999999999\0\0',
            'no size': bytes(12),
    }.items():
        refusal = 'larger than a recording can be' if what == 'a size of 8 GiB' else 'invalid header'
        emit(what, archive([manifest()])[:end_of(archive([manifest()]))] +
             with_field(tar, 124, field), refusal)
    emit('a file of 1 MiB', archive([manifest(), (TOP + 'sys/x', bytes(1 << 20))]), 'larger than a recording can be')
    emit('a manifest of 100 MiB', archive([manifest('#' * (100 << 20))]), 'larger than a recording can be')
    emit('a bomb of small files', archive([manifest()] + [
        (TOP + f'sys/{i}', bytes(1 << 16)) for i in range(9000)]), 'larger than a recording can be')
    emit('3 million answers', archive([manifest(
        ''.join(f'target 2 {i}\n' for i in range(3000000)))]), 'larger than a recording can be')


def manifests():
    wrong = 'of its manifest is invalid'
    for what, text, refusal in [
            ('of another format', HEAD.replace('record 1', 'record 2'), "doesn't support the format of"),
            ('that is empty', '', "doesn't support the format of"),
            ('with a NUL', HEAD + 'target 2 a\0b\n', "isn't text"),
            ('with a long version', HEAD.replace('0.2.0', '0' * 100), wrong),
            ('with a wrong word', HEAD.replace('root yes', 'root maybe'), wrong),
            ('of another kind', HEAD + 'owner 0 sys/x root\n', wrong),
            ('with no error', HEAD + 'target x sys/x\n', wrong),
            ('with a large error', HEAD + 'target 4096 sys/x\n', wrong),
            ('with a negative error', HEAD + 'target -2 sys/x\n', wrong),
            ('with an error and an answer', HEAD + 'target 2 sys/x y\n', wrong),
            ('without an answer', HEAD + 'target 0 sys/x\n', wrong),
            ('with two answers', HEAD + 'target 0 sys/x a b\n', wrong),
            ('with a content', HEAD + 'content 0 sys/x abc\n', wrong),
            ('with a path that climbs', HEAD + 'target 0 sys/../x y\n', wrong),
            ('with an absolute path', HEAD + 'target 2 /x\n', wrong),
            ('with no path', HEAD + 'target 2 \n', wrong),
            ('with an escape that is cut', HEAD + 'target 0 sys/x %4\n', wrong),
            ('with an escape of a NUL', HEAD + 'target 0 sys/x a%00b\n', wrong),
            ('with an escaped newline in a path', HEAD + 'target 2 sys/a%0ab\n', wrong),
            ('with an entry of a path', HEAD + 'entries 0 sys/x d../y\n', wrong),
            ('with an entry without a name', HEAD + 'entries 0 sys/x d\n', wrong),
            ('with an entry of no kind', HEAD + 'entries 0 sys/x qy\n', wrong),
            ('with a presence of no kind', HEAD + 'presence 0 sys/x q\n', wrong),
            ('with an answer twice', HEAD + 'target 2 sys/x\ntarget 2 sys/x\n', 'repeats an earlier line'),
    ]:
        emit(f'a manifest {what}', archive([(TOP + 'manifest', text.encode())]), refusal)


for make in sound, damaged, names, kinds, sizes, manifests:
    make()
