// SPDX-License-Identifier: BSL-1.0
// The snippets of the documents in one file, which meson.build compiles with clang. In a build with GCC, the snippets are
// also a part of the live tests.
#include "support/live.cpp"
#include "testing/kit_documents.cpp"
#include "trace/guide.cpp"
