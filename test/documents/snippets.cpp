// SPDX-License-Identifier: BSL-1.0
// The snippets of the guide and of the pages on the testing kit in one file, which meson.build compiles with clang. The
// snippets are also a part of the live tests, which the compiler of the build compiles.
#include "support/live.cpp"
#include "testing/kit_documents.cpp"
#include "trace/guide.cpp"
