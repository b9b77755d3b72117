// SPDX-License-Identifier: MIT
#include <vpasid/place.h>
