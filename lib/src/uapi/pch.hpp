// SPDX-License-Identifier: BSL-1.0
// The precompiled header of the source files in this folder. Each source file must also compile without it.
#include "uapi/common.hpp"
#include "uapi/custom.hpp"
#include "uapi/ioctl/parts.hpp"
#include "uapi/spelling.hpp"
