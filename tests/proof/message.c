// SPDX-License-Identifier: MIT
/*
 * How messages are made of a client's stream, device/message.c: nothing is read or written beyond
 * a message, whatever its header says.
 */
#include "frontend.h"

#include "message.h"

#define HEADER_SIZE 16

/*@
  // no shorter than its header, no longer than any that is served
  predicate is_length(integer size) = HEADER_SIZE <= size <= HEADER_SIZE + MESSAGE_MAX_BODY;

  // What a receiver is between calls: the header may be anything until all of it is there.
  predicate is_receiving(struct receiver *receiver) =
    receiver->have < HEADER_SIZE ||
    (is_length(receiver->message.header.size) && receiver->have < receiver->message.header.size);

  // where the part ends that is received now: the header, or the message
  logic integer end_of_part(struct receiver *receiver) =
    receiver->have < HEADER_SIZE ? HEADER_SIZE : receiver->message.header.size;
*/

#include "woven.c"
