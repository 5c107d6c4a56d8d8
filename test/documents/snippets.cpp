// SPDX-License-Identifier: BSL-1.0
// The snippets of the guide and of the pages on the testing kit in one file, which clang compiles (see meson.build).
#include "support/live.cpp"
#include "testing/kit_documents.cpp"
#include "trace/guide.cpp"
