// SPDX-License-Identifier: BSL-1.0
// writes_carelessly FILE TEXT: discards the content of FILE, writes TEXT, and ignores all
// write errors. A sweep with app/examples/fault_sweep.cpp finds these faults.
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
