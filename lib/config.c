// SPDX-License-Identifier: MIT
#include <vpasid/config.h>
