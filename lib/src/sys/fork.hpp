// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

/// Detects that an object is the copy in a forked child. The tracees, waits and threads of the object exist only in the parent.
namespace cotrace::sys {

/// A number that fork() of the C library increments in the child. The number is 0 in the process that first calls this function.
unsigned generation() noexcept;

/// True in the process that constructed the object, and false in the copy that a forked child has. For use as a member.
class made_here {
public:
    explicit operator bool() const noexcept { return generation_ == generation(); }

private:
    unsigned generation_ = generation();
};

/// Keeps a copy in a forked child alive until the process ends, because its destructor would act on something that the parent
/// shares.
void never_destroy(std::shared_ptr<void const> copy);

}   // namespace cotrace::sys
