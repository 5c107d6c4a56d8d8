// SPDX-License-Identifier: BSL-1.0
// Does nothing, and exits with status 0.
int main(void) { return 0; }
