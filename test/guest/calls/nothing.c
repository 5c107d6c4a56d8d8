// SPDX-License-Identifier: BSL-1.0
// Does nothing, successfully.
int main(void) { return 0; }
