// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::uapi {

/// An entry of the submission queue of an io_uring: the first 64 bytes of struct io_uring_sqe (linux/io_uring.h). The
/// meaning of most members depends on the operation.
struct ring_entry {
    std::uint8_t opcode = 0;         ///< the operation: IORING_OP_*
    std::uint8_t flags = 0;          ///< flags that all operations have: IOSQE_*
    std::uint16_t ioprio = 0;        ///< a priority, or flags of the operation
    std::int32_t fd = 0;             ///< a file descriptor, or with IOSQE_FIXED_FILE the index of a registered file
    std::uint64_t off = 0;           ///< an offset, or a second address
    std::uint64_t addr = 0;          ///< an address, or the `user_data` of another operation
    std::uint32_t len = 0;           ///< a length, or a number that depends on the operation
    std::uint32_t op_flags = 0;      ///< flags of the operation
    std::uint64_t user_data = 0;     ///< identifies the operation: the completion has the same number
    std::uint16_t buffer = 0;        ///< index of a registered buffer, or with IOSQE_BUFFER_SELECT the id of a buffer group
    std::uint16_t personality = 0;   ///< id of registered credentials; 0: the credentials of the submitting thread
    std::uint32_t file_index = 0;    ///< depends on the operation, for example a second file descriptor
    std::uint64_t addr3 = 0;         ///< a third address, or a number that depends on the operation
    std::uint64_t rest = 0;          ///< the last 8 of the 64 bytes, which are not decoded
};
static_assert(sizeof(ring_entry) == 64);

}   // namespace cotrace::uapi
