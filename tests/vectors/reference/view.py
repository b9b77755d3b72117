# SPDX-License-Identifier: MIT
"""info.h, vconfig.h: what a guest sees of config space, and what it may write."""
from dataclasses import dataclass

from . import config as c
from .errors import Error
from .place import take_list

EXEC_PRIV = 0x3
POINTER = 0xfff00000
ALL = 0xffffffff


@dataclass
class Info:
    capabilities: int
    enabled: int  # None: not known
    width: int
    iommu_width: int  # None: not known
    attach_refused: bool

    def usable_width(self):
        if self.attach_refused:
            return 0
        return self.width if self.iommu_width is None else min(self.width, self.iommu_width)


class Registers:
    """A virtual capability: its bytes, and the rules for writes. The header isn't its own."""

    def __init__(self, cap, data, writable=b''):
        self.cap = cap
        self.data = bytearray(4) + bytearray(data[4:cap.length])
        self.writable = (bytearray(4) + bytearray(writable[4:cap.length])).ljust(cap.length, b'\0')
        self.w1c = bytearray(cap.length)

    def begin(self):
        self.initial = bytes(self.data)
        return self

    def reset(self, view):
        if self.data == self.initial:
            return
        self.data[:] = self.initial
        self.tell(view, is_reset=True)

    def write(self, view, start, data):
        before = bytes(self.data)
        for at, byte in enumerate(data, start):
            mask = self.writable[at]
            self.data[at] = self.data[at] & ~mask | byte & mask
        if self.data != before:
            self.tell(view)

    def tell(self, view, is_reset=False):
        view.behind.cap_changed(self.cap.id, self.cap.offset)


def merged(registers, start, data, at, length):
    """A register after a write, were all of it writable; None if no byte of it is written."""
    if start >= at + length or at >= start + len(data):
        return None
    written = bytearray(registers)
    written[start:start + len(data)] = data
    return c.get(written, at, length)


class Pasid(Registers):
    def __init__(self, cap, permissions, width):
        super().__init__(cap, bytes(4) + bytes([permissions, width, 0, 0]))
        c.put(self.writable, 6, 2, 1 | permissions)

    @property
    def control(self):
        return c.get(self.data, 6, 2)

    def write(self, view, start, data):
        control = merged(self.data, start, data, 6, 2)
        if control is None:
            return
        control &= c.get(self.writable, 6, 2)
        if control == self.control or control & self.control & 1:
            return
        c.put(self.data, 6, 2, control)
        self.tell(view)

    def tell(self, view, is_reset=False):
        view.behind.pasid_changed(self.control)


class Ats(Registers):
    ENABLE = 0x8000

    def __init__(self, cap, data):
        super().__init__(cap, data[:6] + bytes(2))
        c.put(self.writable, 6, 2, self.ENABLE | 0x1f)

    @property
    def control(self):
        return c.get(self.data, 6, 2)

    def write(self, view, start, data):
        control = merged(self.data, start, data, 6, 2)
        if control is None:
            return
        control &= self.ENABLE | 0x1f
        if control == self.control or control & self.control & self.ENABLE:
            return
        c.put(self.data, 6, 2, control)
        self.tell(view)

    def tell(self, view, is_reset=False):
        view.behind.ats_changed(self.control)


class Pri(Registers):
    ENABLE, RESET = 1, 2
    FLAGS, STOPPED, PASID_REQUIRED = 0x3, 0x100, 0x8000

    def __init__(self, cap, data, has_pasid):
        super().__init__(cap, data[:12] + bytes(4))
        kept = self.status & self.PASID_REQUIRED if has_pasid else 0
        self.control = 0
        self.status = self.STOPPED | kept
        c.put(self.writable, 4, 2, self.ENABLE)
        c.put(self.writable, 12, 4, ALL)
        c.put(self.w1c, 6, 2, self.FLAGS)

    @property
    def control(self):
        return c.get(self.data, 4, 2)

    @control.setter
    def control(self, value):
        c.put(self.data, 4, 2, value)

    @property
    def status(self):
        return c.get(self.data, 6, 2)

    @status.setter
    def status(self, value):
        c.put(self.data, 6, 2, value)

    def _write_control(self, control):
        """Returns whether the interface is reset."""
        enables = control & self.ENABLE
        if enables and not self.control:
            if self.status & self.STOPPED:
                self.control = self.ENABLE
                self.status &= ~(self.FLAGS | self.STOPPED)
        elif self.control and not enables:
            self.control = 0
            self.status &= ~self.STOPPED
        is_reset = control & (self.ENABLE | self.RESET) == self.RESET
        if is_reset:
            self.status |= self.STOPPED
        return is_reset

    def write(self, view, start, data):
        before = self.data[4:6] + self.data[12:16]
        control = merged(self.data, start, data, 4, 2)
        status = merged(self.data, start, data, 6, 1)
        allocation = merged(self.data, start, data, 12, 4)
        is_reset = control is not None and self._write_control(control)
        if status is not None:
            self.status &= ~(status & self.FLAGS)
        if allocation is not None and not self.control:
            c.put(self.data, 12, 4, min(allocation, c.get(self.data, 8, 4)))
        if is_reset or before != self.data[4:6] + self.data[12:16]:
            self.tell(view, is_reset)

    def tell(self, view, is_reset=False):
        stopped = view.behind.pri_changed(self.control | (self.RESET if is_reset else 0),
                                          c.get(self.data, 12, 4))
        if not self.control:
            self.status |= stopped & self.STOPPED

    def set_status(self, flags):
        if flags & ~(self.FLAGS | self.STOPPED):
            raise Error('EINVAL')
        if flags & 1:
            flags |= self.STOPPED
        self.status |= flags & self.FLAGS if self.control else flags


class View:
    """What the guest sees. behind has the operations; its read and write are None without a
    device.
    """

    def __init__(self, config, digest, caps, request, behind):
        self.behind = behind
        if request.withheld & ~EXEC_PRIV:
            raise Error('EINVAL')
        if request.registers and len(request.registers) != len(caps):
            raise Error('EINVAL')
        width = self._check_width(request, caps)
        layout = c.read_layout(config)
        self.caps = take_list(caps)
        if layout.digest() != digest:
            raise Error('ESTALE')
        for i, cap in enumerate(self.caps):
            self._check_offset(cap, self.caps[:i], layout)
        self.seen = bytearray(config)
        self.own = set()  # the offsets of dwords
        self.pointers = set()
        self._find_resets(config)
        self._link(layout, request.masked)
        given = request.registers or [None] * len(caps)
        self.registers = [self._make(cap, registers, request, width, config, layout).begin()
                          for cap, registers in zip(self.caps, given)]
        self._show()

    # Making it

    @staticmethod
    def _check_width(request, caps):
        info = request.info
        if all(cap.id != c.PASID for cap in caps):
            return 0
        if not info or info.width > 20 or not info.usable_width():
            raise Error('EINVAL')
        if request.width > info.usable_width():
            raise Error('EINVAL')
        return request.width or info.usable_width()

    @staticmethod
    def _check_offset(cap, before, layout):
        if cap.offset < c.EXTENDED or cap.offset % 4 or cap.end > c.SIZE:
            raise Error('EBUSY')
        others = [(other.offset, other.length) for other in before]
        for span in layout.spans:
            if span.id != cap.id or cap.id in c.REPEATED:
                others.append((span.offset, span.length if span.exact else 4))
        for offset, length in others:
            if cap.offset < offset + length and offset < cap.end:
                raise Error('EBUSY')

    def _find_resets(self, config):
        """Where Initiate FLR is: offsets of bytes, and the bit."""
        express = c.find_conventional(config, 0x10, 10)
        features = c.find_conventional(config, 0x13, 6)
        self.resets = []
        if express and config[express + 7] & 0x10:
            self.resets.append((express + 9, 0x80))
        if features and config[features + 3] & 0x02:
            self.resets.append((features + 4, 0x01))

    def _take(self, offset, length):
        self.own.update(range(offset // 4 * 4, offset + length, 4))

    def _link(self, layout, masked):
        """Makes the guest's chain: a list of headers, each of which points to the next."""
        virtual = {cap.offset: cap for cap in self.caps}
        taken_out = {c.PASID, *masked} | {cap.id for cap in self.caps} - c.REPEATED
        for span in layout.spans:
            if span.id in taken_out:
                self._remove(span)
        for cap in self.caps:
            self._take(cap.offset, cap.length)
            c.put(self.seen, cap.offset, 4, cap.id | cap.version << 16)

        chain = []
        if c.EXTENDED in virtual:
            chain.append(c.EXTENDED)
        elif not layout.spans or layout.spans[0].id in taken_out:
            self._take(c.EXTENDED, 4)
            c.put(self.seen, c.EXTENDED, 4, 0)
            chain.append(c.EXTENDED)
        for span in layout.spans:
            if span.offset in virtual or span.id not in taken_out:
                chain.append(span.offset)
        chain += [cap.offset for cap in self.caps]
        chain = list(dict.fromkeys(chain))  # each once
        for at, after in zip(chain, chain[1:] + [0]):
            self._point(at, after)

    def _remove(self, span):
        length = span.length
        if not span.exact:
            length = min(length, {c.PASID: 8, c.ATS: 8, c.PRI: 16}.get(span.id, 4))
        self._take(span.offset, length)
        self.seen[span.offset:span.offset + length] = bytes(length)

    def _point(self, at, after):
        """If the pointer is right already, its reserved bits stay as they are."""
        header = c.get(self.seen, at, 4)
        if header >> 20 & 0xffc == after:
            return
        if at not in self.own:
            self.pointers.add(at)
        self._take(at, 4)
        c.put(self.seen, at, 4, header & ~POINTER | after << 20)

    def _make(self, cap, given, request, width, config, layout):
        if cap.id == c.PASID:
            permissions = request.info.capabilities & ~request.withheld & EXEC_PRIV
            if request.info.enabled is not None:
                permissions &= request.info.enabled
            return Pasid(cap, permissions << 1, width)
        data, writable = given or (None, b'')
        span = layout.find(cap.id)
        if data is None and cap.id in (c.ATS, c.PRI) and span and span.exact:
            data = config[span.offset:span.offset + cap.length]
        if data is None or len(data) < cap.length or c.get(data, 0, 2) != cap.id:
            raise Error('EINVAL')
        if cap.id == c.ATS:
            return Ats(cap, data)
        if cap.id == c.PRI:
            return Pri(cap, data, any(other.id == c.PASID for other in self.caps))
        return Registers(cap, data, writable or b'')

    def _show(self):
        for registers in self.registers:
            cap = registers.cap
            self.seen[cap.offset + 4:cap.end] = registers.data[4:]

    def patches(self):
        for at in sorted(self.own):
            mask = POINTER if at in self.pointers else ALL
            writable = w1c = 0
            for registers in self.registers:
                if registers.cap.offset <= at < registers.cap.end:
                    writable = c.get(registers.writable, at - registers.cap.offset, 4)
                    w1c = c.get(registers.w1c, at - registers.cap.offset, 4)
            yield at, c.get(self.seen, at, 4) & mask, mask, writable, w1c

    # Accesses

    def _parts(self, offset, length):
        """Splits an access where the view's own dwords meet the device's."""
        start = offset
        for at in range(offset + 1, offset + length + 1):
            is_own = start // 4 * 4 in self.own
            if at == offset + length or (at // 4 * 4 in self.own) != is_own:
                yield start, at - start, is_own
                start = at

    def read(self, offset, length):
        if offset + length > c.SIZE:
            raise Error('EINVAL')
        if not self.behind.read:
            return bytes(self.seen[offset:offset + length])
        data = b''
        for at, count, is_own in self._parts(offset, length):
            data += bytes(self.seen[at:at + count]) if is_own else self.behind.read(at, count)
        return data

    def _write_own(self, offset, data):
        for registers in self.registers:
            cap = registers.cap
            start = max(offset, cap.offset + 4)
            end = min(offset + len(data), cap.end)
            if start < end:
                registers.write(self, start - cap.offset, data[start - offset:end - offset])
        self._show()

    def write(self, offset, data):
        if offset + len(data) > c.SIZE:
            raise Error('EINVAL')
        for at, count, is_own in self._parts(offset, len(data)):
            part = data[at - offset:at - offset + count]
            if is_own:
                self._write_own(at, part)
                continue
            if self.behind.write:
                self.behind.write(at, part)
            if any(at <= flr < at + count and part[flr - at] & bit for flr, bit in self.resets):
                self.reset()

    def reset(self):
        for registers in self.registers:
            registers.reset(self)
        self._show()

    def set_pri_status(self, flags):
        pri = next((registers for registers in self.registers if isinstance(registers, Pri)), None)
        if not pri:
            raise Error('ENOENT')
        pri.set_status(flags)
        self._show()
