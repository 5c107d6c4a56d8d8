// SPDX-License-Identifier: BSL-1.0
// The program of README.md.
#include "readme_program.inc"
