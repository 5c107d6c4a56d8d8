// SPDX-License-Identifier: BSL-1.0
#include "engine/session/record_size.hpp"
#include "support/catch.hpp"
#include "unit/decode/byte_memory.hpp"

#include "decode/inputs.hpp"

namespace record_size_tests {

using namespace cotrace;
using cotrace::engine::size_of;
using test::byte_memory;
using test::submitted;

TEST_CASE("the size of a submission record includes its operation, as the size of an entry record includes its call")
{
    byte_memory memory;
    memory.put(0x1000, {"/etc/passwd\0", 12});
    auto const submission = submitted({.opcode = 18, .fd = -100, .addr = 0x1000}, memory, {.keep_inputs = true});
    REQUIRE(submission.operation->inputs);
    record const seen{tid{7}, {}, submission}, entry{tid{7}, {}, syscall_entered{submission.operation}};
    // The operation is a part of the size even if entries are not recorded, because no other record has the operation.
    for (bool const entries : {false, true})
        CHECK(size_of(seen, entries) == size_of(entry, true));
    CHECK(size_of(seen, true) > sizeof seen + sizeof(syscall_call) + submission.operation->inputs->bytes.size());
}

TEST_CASE("the size of a completion, and of a submission without an operation, is sizeof(record)")
{
    CHECK(size_of({tid{7}, {}, ring_submitted{}}, true) == sizeof(record));
    CHECK(size_of({tid{7}, {}, ring_completed{}}, true) == sizeof(record));
}

}   // namespace record_size_tests
