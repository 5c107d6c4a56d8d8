// SPDX-License-Identifier: BSL-1.0
// writes_carelessly FILE TEXT: what one writes first. The old content is gone
// before the new one is there, and whether it ever is nobody asks. A sweep,
// app/examples/fault_sweep.cpp, finds it out.
#include <stdio.h>

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    FILE* const file = fopen(argv[1], "w");
    if (file == NULL)
        return 1;
    fputs(argv[2], file);
    fclose(file);
    return 0;
}
