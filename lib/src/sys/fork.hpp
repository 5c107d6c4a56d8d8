// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

/// Detects that an object is a copy in a forked child. The tracees, pending waits and threads of the object exist
/// only in the parent.
namespace cotrace::sys {

/// A number that is different in a process and in its forked children. It is 0 in the process
/// that calls this function first. In each process that fork(3) makes afterwards, it is one
/// more than in the parent.
unsigned generation() noexcept;

/// A flag to be a member of an object. It is true in the process that made the object, and false
/// in the copy of the object that a forked child has.
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
