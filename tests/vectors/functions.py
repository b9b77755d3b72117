# SPDX-License-Identifier: MIT
"""The functions that data/vectors has: of dumps of real machines, changed, and made up."""
import ctypes
import re
from dataclasses import dataclass, field

from reference import config as c

VF = 1  # VPASID_VFIO_VIEW_VF

# name, dump of pciutils, function, what is special
REAL = [
    ('intel-graphics', 'cap-pasid-pri', '00:02.0',
     'the chain begins with PASID, which VFIO hides; ATS and PRI of its own'),
    ('intel-0b23-event-collector', 'cap-rcec', '6a:00.4',
     'an event collector, with RCEC Endpoint Association'),
    ('intel-0d93-memory', 'cap-doe', 'df:00.0', 'many capabilities that VFIO hides, DOE'),
    ('intel-0d93-cxl', 'cap-dvsec-cxl', '6b:00.0', 'DVSECs of CXL, some of them adjacent'),
    ('xilinx-cxl', 'cap-dvsec-cxl', '7f:00.0', 'a CXL memory device'),
    ('myri-10g', 'cap-address-xlation', '02:00.0', 'ATS of its own'),
    ('connectx-3-pro', 'cap-aer-root', '03:00.0', 'SR-IOV, and a chain in no order'),
    ('haswell-root-port', 'cap-aer-root', '00:02.0', 'a root port, whose AER is longer'),
    ('thunderx-nic', 'cap-ea-1', '0002:01:00.0', 'Enhanced Allocation, SR-IOV'),
    ('sunrise-point-port', 'cap-aer-hdr', '00:1c.0', 'a root port with few capabilities'),
    ('geforce-mx150', 'cap-exp-lnkcap2', '02:00.0', 'a large VSEC'),
    ('alpine-ridge-bridge', 'cap-exp-lnkcap2', '08:00.0', 'the upstream port of a switch'),
    ('alpine-ridge-nhi', 'cap-exp-lnkcap2', '09:00.0', 'an endpoint of the same device'),
    ('broadcom-switch', 'cap-exp-rev-slot', '01:0a.0', 'a downstream port'),
    ('wireless-7265', 'cap-l1-pm', '01:00.0', 'L1 PM Substates, which VFIO hides'),
    ('plx-8796', 'cap-multicast', '07:00.0', 'Multicast'),
    ('x58-root-port', 'cap-pcie-1', '00:01.0', 'a root port of 2008'),
    ('intel-82576', 'cap-pcie-2', '01:00.0', 'SR-IOV and ARI'),
    ('ptm-bridge', 'cap-ptm-1', '0003:01:00.0', 'PTM'),
    ('ptm-instrument', 'cap-ptm-2', '0003:02:01.0', 'PTM in an endpoint'),
    ('radeon-fury', 'cap-rebar', '09:00.0', 'Resizable BAR, ATS, PASID and PRI side by side'),
    ('ich7-audio', 'cap-vc-and-rcl', '00:1b.0', 'VC, and registers outside of the chain'),
    ('ich7-port', 'cap-vc-and-rcl', '00:1c.0', 'VC and RC Link Declaration'),
    ('rtl8101', 'cap-vc-and-rcl', '01:00.0', 'an old network controller'),
    ('ar928x', 'cap-vc-and-rcl', '02:00.0', 'a wireless network controller'),
    ('plx-8532', 'cap-vc-pat', '0000:12:08.0', 'a VC with an arbitration table'),
    ('x58-esi', 'tree-asus-p6t6', '00:00.0', 'registers almost everywhere'),
    ('x58-management', 'tree-asus-p6t6', '00:14.0', 'registers of the system'),
    ('nf200-upstream', 'tree-asus-p6t6', '02:00.0', 'the upstream port of a switch'),
    ('sas2008', 'tree-asus-p6t6', '04:00.0', 'SR-IOV, and something behind the chain'),
    ('geforce-210', 'tree-asus-p6t6', '06:00.0', 'VC and VSEC'),
    ('rtl8168', 'tree-asus-p6t6', '07:00.0', 'a device that has quirks'),
    ('88e8055', 'tree-fujitsu-p8010', '04:00.0', 'AER alone'),
    ('wireless-4965', 'tree-fujitsu-p8010', '14:00.0', 'a wireless network controller of 2007'),
    ('rs690', 'broken-ecaps', '00:00.0', 'a broken chain of extended capabilities'),
]

# Those of them of which there is also what the function has itself, as for who serves it
OWN = {
    'intel-graphics': 'PASID, PRI and ATS are there',
    'intel-0b23-event-collector': 'an event collector',
    'intel-0d93-memory': 'DOE, and registers for each lane of the link',
    'intel-0d93-cxl': 'DVSECs, and registers for each lane of the link',
    'xilinx-cxl': 'capabilities of PCI Express 4.0',
    'sunrise-point-port': 'L1 PM Substates and Secondary PCI Express',
    'ptm-bridge': 'PTM, DPC, and capabilities of PCI Express 4.0',
    'radeon-fury': 'PASID, PRI and ATS are there, and a Resizable BAR',
    'plx-8796': 'Multicast in a bridge',
    'ich7-port': 'RC Link Declaration',
}

# name, dump of tests/corpus, what is special
MADE_DUMPS = [
    ('made-accelerator', 'accelerator', 'ATS, PRI, VSEC, DVSEC, and something at the end'),
    ('made-integrated', 'integrated', 'an integrated endpoint; its chain begins with PASID'),
    ('made-bare', 'bare', 'no extended capabilities at all'),
    ('made-below', 'below', 'a pointer leads below 0x100, which breaks the chain'),
    ('made-loop', 'loop', 'a chain that leads back'),
    ('made-asleep', 'all-ones', 'nobody answers'),
]


@dataclass
class Function:
    name: str
    description: str
    source: str
    config: bytearray
    device: dict
    vectors: list = field(default_factory=list)

    def file(self):
        digits = {'revision': 2}
        device = {key: value if key == 'function' else f'0x{value:0{digits.get(key, 4)}x}'
                  for key, value in self.device.items()}
        runs = [{'at': f'0x{at:03x}', 'bytes': self.config[at:at + 16].hex()}
                for at in range(0, c.SIZE, 16) if any(self.config[at:at + 16])]
        return {'format': 1, 'name': self.name, 'description': self.description,
                'source': self.source, 'device': device, 'config': runs,
                'vectors': self.vectors}

    def changed(self, name, description, *changes):
        """A copy of it with other bytes: pairs of an offset and bytes."""
        copy = Function(name, description, f'{self.source}; changed', bytearray(self.config),
                        self.device)
        for at, data in changes:
            copy.config[at:at + len(data)] = data
        return copy


def identify(config, kind='pf', ids=None):
    vendor, device = ids or (c.get(config, 0, 2), c.get(config, 2, 2))
    at = {0: 0x2c, 2: 0x40}.get(config[0x0e] & 0x7f, 0)
    if config[0x0e] & 0x7f == 1:
        bridge = c.find_conventional(config, 0x0d)
        at = bridge + 4 if bridge else 0
    subsystem = (c.get(config, at, 2), c.get(config, at + 2, 2)) if at else (0, 0)
    if subsystem[0] == 0xffff:
        subsystem = (0, 0)
    return {'vendor': vendor, 'device': device, 'subsystem_vendor': subsystem[0],
            'subsystem_device': subsystem[1], 'revision': config[8], 'function': kind}


def read_dump(path, bdf=None):
    """A function's own config space; the first of the dump if none is named."""
    config = bytearray(c.SIZE)
    current = None
    with open(path, encoding='latin-1') as stream:
        for line in stream:
            head = re.match(r'((?:[0-9a-f]+:)?[0-9a-f]+:[0-9a-f]{2}\.[0-7]) ', line)
            if head:
                current = head.group(1)
                bdf = bdf or current
            row = re.match(r'([0-9a-f]{2,3}): ((?:[0-9a-f]{2} ?){16})', line)
            if row and current == bdf:
                config[int(row.group(1), 16):int(row.group(1), 16) + 16] = \
                    bytes.fromhex(row.group(2))
    assert any(config), (path, bdf)
    return config


class VfioRequest(ctypes.Structure):
    _fields_ = [('argsz', ctypes.c_uint32), ('flags', ctypes.c_uint32),
                ('config', ctypes.c_char_p), ('size', ctypes.c_size_t),
                ('vendor', ctypes.c_uint16), ('device', ctypes.c_uint16)]


class Library:
    """libvpasid, for the one thing that isn't asked in a vector."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)

    def vfio_view(self, own, ids=None):
        vendor, device = ids or (0, 0)
        request = VfioRequest(ctypes.sizeof(VfioRequest), VF if ids else 0, bytes(own), c.SIZE,
                              vendor, device)
        shown = ctypes.create_string_buffer(c.SIZE)
        assert not self.library.vpasid_vfio_view(ctypes.byref(request), shown)
        return bytearray(shown.raw)


def made_vf():
    """Written after the datasheet of the 82576: MSI-X, PCI Express with FLR, AER, ARI."""
    own = bytearray(c.SIZE)
    for at, length, value in (
            (0x00, 4, 0xffffffff), (0x06, 2, 0x0010), (0x08, 4, 0x02000001), (0x2c, 4, 0x10c98086),
            (0x34, 1, 0x70), (0x70, 4, 0x0002a011), (0x78, 4, 0x2003), (0xa0, 4, 0x00020010),
            (0xa4, 4, 0x10008cc2), (0xac, 4, 0x00000c41), (0x100, 4, 0x15010001),
            (0x118, 4, 0xa0), (0x150, 4, 0x0001000e)):
        c.put(own, at, length, value)
    return own


def all_functions(library, corpus, made):
    functions = {}
    for name, dump, bdf, description in REAL:
        config = library.vfio_view(read_dump(f'{corpus}/{dump}', bdf))
        functions[name] = Function(name, description, f'pciutils, tests/{dump}, {bdf}', config,
                                   identify(config))
        if name in OWN:
            own = read_dump(f'{corpus}/{dump}', bdf)
            functions[f'{name}-own'] = Function(
                f'{name}-own', OWN[name],
                f'pciutils, tests/{dump}, {bdf}: the function\'s own, not as VFIO shows it', own,
                identify(own))
    for name, dump, description in MADE_DUMPS:
        own = read_dump(f'{made}/{dump}')
        config = own if dump == 'all-ones' else library.vfio_view(own)
        functions[name] = Function(name, description, f'made up: tests/corpus/dumps/{dump}',
                                   config, identify(config))
    ids = (0x8086, 0x10ca)
    functions['intel-82576-vf'] = Function(
        'intel-82576-vf', 'a VF', 'made up, after the datasheet of the 82576',
        library.vfio_view(made_vf(), ids), identify(made_vf(), 'vf', ids))
    return functions
