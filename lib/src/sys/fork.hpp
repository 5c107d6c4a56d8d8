// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

/// Detects that the current process is a forked child, and that an object is therefore a copy. The tracees, pending
/// waits and threads of the original object exist only in the parent.
namespace cotrace::sys {

/// A number that is different in a process and in its forked children. The number is 0 in the
/// process that calls this function first. In each child that the C library's fork() makes
/// afterwards, the number is one more than in the parent.
unsigned generation() noexcept;

/// A flag, for use as a member of a class. The flag is true in the process that constructed the
/// object, and false in the copy of the object that a forked child has.
class made_here {
public:
    explicit operator bool() const noexcept { return generation_ == generation(); }

private:
    unsigned generation_ = generation();
};

/// Keeps `copy`, an object in a forked child, alive until this process ends. To be called if the
/// destructor of the object would act on something that the child shares with its parent.
void never_destroy(std::shared_ptr<void const> copy);

}   // namespace cotrace::sys
