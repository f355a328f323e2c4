/*
 * The child of the original conversation: each message on its inherited stdin, up to its NUL, is answered on its
 * inherited stdout. It ends when nobody can write to it any more.
 */
#include <windows.h>

static const char REPLY[] = "Bingo Bingo";

static int answer(HANDLE output, const char *bytes, DWORD count)
{
    for (DWORD i = 0; i < count; i++) {
        DWORD written;
        if (bytes[i] == '\0' && !WriteFile(output, REPLY, sizeof REPLY - 1, &written, NULL))
            return 0;
    }
    return 1;
}

int main(void)
{
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    char buffer[4096];
    DWORD count;

    while (ReadFile(input, buffer, sizeof buffer, &count, NULL))
        if (!answer(output, buffer, count))
            return 2;
    return GetLastError() == ERROR_BROKEN_PIPE ? 0 : 1;
}
