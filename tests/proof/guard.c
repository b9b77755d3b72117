// SPDX-License-Identifier: MIT
/*
 * The guard's cutting of an access, driver/guard.c. Beneath it is a driver that is given nothing
 * but its arguments: what a user's accesses do to the device's config space is what it does.
 */
#include "kernel.h"

#include "bits.h"

#include <linux/vfio_pci_pasid.h>

#define CONFIG_SIZE 4096

/* The device's config space */
u8 device[CONFIG_SIZE];

/*@
  // its size, and the guarded range of it
  axiomatic Constants {
    logic integer device_size;
    logic integer guard_start;
    logic integer guard_end;
    // The driver beneath does no less than it is asked for, as vfio-pci-core.
    predicate is_never_short;
  }

  predicate is_access(integer pos, integer count) =
    0 <= count <= MAX_RW_COUNT && 0 <= pos <= 0x7fffffffffffffff - MAX_RW_COUNT;

  logic integer first_of(integer pos) = pos % 0x10000000000;

  predicate is_config(integer pos) = pos / 0x10000000000 == VFIO_PCI_CONFIG_REGION_INDEX;

  // Accesses to config space that reach beyond it are refused as a whole.
  predicate is_within(integer pos, integer count) =
    is_config(pos) && first_of(pos) + count <= device_size;

  predicate is_set_up = 0 <= guard_start <= guard_end <= device_size <= CONFIG_SIZE &&
    guard_end - guard_start <= PCI_EXT_CAP_PASID_SIZEOF;

  predicate is_guarded(integer offset) = guard_start <= offset < guard_end;

  // None of its bytes is guarded.
  predicate is_beside(integer pos, integer count) = count == 0 ||
    first_of(pos) + count <= guard_start || guard_end <= first_of(pos) || guard_start == guard_end;

  predicate has_moved{Before, After}(loff_t *ppos, integer done) =
    \at(*ppos, After) == \at(*ppos, Before) + (done < 0 ? 0 : done);

  // one of the bytes from @from up to @to of the user's buffer
  predicate is_in(char *p, char *buf, integer from, integer to) =
    \base_addr(p) == \base_addr(buf) && from <= p - buf < to;

  // The device's byte that a byte of the buffer goes to, or comes from
  logic integer offset_of(char *p, char *buf, integer pos) = first_of(pos) + (p - buf);

  // These bytes of the buffer are the device's.
  predicate is_same(char *buf, integer pos, integer from, integer to) =
    \forall char *p; is_in(p, buf, from, to) ==> (u8)*p == device[offset_of(p, buf, pos)];

  predicate is_memory_kept{Before, After} =
    \forall char *p; \at(*p, After) == \at(*p, Before);

  // What isn't in the range that was accessed is as it was.
  predicate is_kept_beside{Before, After}(integer pos, integer count) =
    \forall integer x; 0 <= x < CONFIG_SIZE &&
      !(is_within(pos, count) && first_of(pos) <= x < first_of(pos) + count) ==>
      \at(device[x], After) == \at(device[x], Before);
*/

/*
 * The driver beneath. Both require that the access meets no guarded byte: this is proved
 * of each call.
 */

/*@
  requires access: is_access(*ppos, count);
  requires memory: \valid(ppos) && \valid(buf + (0 .. count - 1));
  requires reaches_no_guarded_byte: is_within(*ppos, count) ==> is_beside(*ppos, count);
  assigns *ppos, buf[0 .. count - 1], \result;
  ensures done: -4095 <= \result <= count;
  ensures whole: is_never_short && 0 <= \result ==> \result == count;
  ensures moved: has_moved{Pre, Post}(ppos, \result);
  ensures refused: is_config(\old(*ppos)) && !is_within(\old(*ppos), count) ==> \result < 0;
  ensures through: is_within(\old(*ppos), count) ==> is_same(buf, \old(*ppos), 0, \result);
*/
ssize_t read_beneath(struct vfio_device *vdev, char *buf, size_t count, loff_t *ppos);

/*@
  requires access: is_access(*ppos, count);
  requires memory: \valid(ppos) && \valid_read(buf + (0 .. count - 1));
  requires reaches_no_guarded_byte: is_within(*ppos, count) ==> is_beside(*ppos, count);
  assigns *ppos, device[0 .. CONFIG_SIZE - 1], \result;
  ensures done: -4095 <= \result <= count;
  ensures whole: is_never_short && 0 <= \result ==> \result == count;
  ensures moved: has_moved{Pre, Post}(ppos, \result);
  ensures refused: is_config(\old(*ppos)) && !is_within(\old(*ppos), count) ==> \result < 0;
  ensures through: is_within(\old(*ppos), count) ==> is_same(buf, \old(*ppos), 0, \result);
  ensures no_other: is_kept_beside{Pre, Post}(\old(*ppos), count);
*/
ssize_t write_beneath(struct vfio_device *vdev, char *buf, size_t count, loff_t *ppos);

/*@
  predicate is_beneath(struct vfio_device_ops *beneath) = \valid_read(beneath) &&
    beneath->read == &read_beneath && beneath->write == &write_beneath;

  predicate is_apart(char *buf, integer count, loff_t *ppos, struct vfio_device_ops *beneath) =
    \separated(buf + (0 .. count - 1), ppos, &device[0 .. CONFIG_SIZE - 1], beneath);
*/

/* Assumed: it is of driver/vfio_pci_pasid.c, which isn't proved. */
/*@
  requires size: count <= PCI_EXT_CAP_PASID_SIZEOF;
  requires memory: \valid(buf + (0 .. count - 1));
  assigns pasid->told, buf[0 .. count - 1], \result;
  ensures \result == count || \result == -EFAULT;
  ensures zeros: !iswrite && \result >= 0 ==> \forall char *p; is_in(p, buf, 0, count) ==> *p == 0;
  ensures kept: iswrite ==> is_memory_kept{Pre, Post};
*/
ssize_t vfio_pci_pasid_rw_guarded(struct vfio_pci_pasid *pasid, char *buf, size_t count,
				  bool iswrite, const char *parameter);

#include "woven.c"
