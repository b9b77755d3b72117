// SPDX-License-Identifier: MIT
/*
 * A guest's accesses to its view, lib/vconfig.c: which of them reach the device, and that nothing
 * is read or written beyond the view.
 */
#include "bits.h"
#include "copy.h"
#include "frontend.h"

#include "vconfig_internal.h"

/* The view that is accessed */
struct vpasid_vconfig *view;

/*@
  logic integer owner_of{L}(integer offset) = view->owners[offset / DWORD];

  predicate is_in_config(integer offset, integer length) =
    0 <= offset && 0 <= length && offset + length <= VPASID_CONFIG_SIZE;

  // All of these bytes have the owner; dword by dword, as that is how they are owned.
  predicate is_owned{L}(integer offset, integer end, integer owner) =
    \forall integer dword; offset / DWORD <= dword <= (end - 1) / DWORD ==>
      view->owners[dword] == owner;
*/

/* What is behind the view. Both require that the bytes are the device's: each call is proved so. */

/*@
  requires is_the_device_s: is_in_config(offset, length) &&
    is_owned(offset, offset + length, OWNER_DEVICE);
  assigns \result;
*/
int write_behind(void *opaque, uint16_t offset, const void *data, uint16_t length);

/*@
  requires is_the_device_s: is_in_config(offset, length) &&
    is_owned(offset, offset + length, OWNER_DEVICE);
  assigns \result;
*/
int read_behind(void *opaque, uint16_t offset, void *data, uint16_t length);

/* What the four kinds of capabilities do with a write to theirs: they change config space alone. */
/*@
  requires view: vconfig == view && \valid(vconfig);
  requires capability: \exists integer i; 0 <= i < vconfig->cap_count &&
    vcap == &vconfig->caps[i] && is_owned(offset, offset + length, OWNER_CAP + i);
  requires memory: is_in_config(offset, length) && \valid_read(data + (0 .. length - 1));
  assigns vconfig->config[0 .. VPASID_CONFIG_SIZE - 1];
*/
void write_capability(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap, size_t offset,
		      const uint8_t *data, size_t length);

/*@
  requires view: vconfig == view && \valid(vconfig);
  assigns vconfig->config[0 .. VPASID_CONFIG_SIZE - 1];
*/
void vpasid_vconfig_reset(struct vpasid_vconfig *vconfig);

/*@
  // what vpasid_vconfig_new() makes
  predicate is_view{L}(struct vpasid_vconfig *vconfig) = vconfig == view && \valid(vconfig) &&
    vconfig->cap_count <= VPASID_MAX_CAPS &&
    (\forall integer i; 0 <= i < VPASID_CONFIG_SIZE / DWORD ==>
      vconfig->owners[i] < OWNER_CAP + vconfig->cap_count) &&
    (\forall integer i; 0 <= i < vconfig->cap_count ==>
      vconfig->caps[i].write == &write_capability) &&
    (vconfig->ops.write == \null || vconfig->ops.write == &write_behind) &&
    (vconfig->ops.read == \null || vconfig->ops.read == &read_behind);
*/

#include "woven.c"
