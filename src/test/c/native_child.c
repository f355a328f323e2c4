/*
 * A child that starts fast, for tests. Its first argument names the mode:
 *
 *   arguments ANY...  writes the other arguments in UTF-8, each followed by a NUL
 *   read              reads its stdin to the end
 *   echo              writes what it reads
 *   attend            like echo, and writes "break" and a line feed at each CTRL_BREAK
 *   silent            neither reads nor writes, for ten minutes
 *   leave             writes "bye" and a line feed, and exits with code 3
 *   print FILE        writes the file's content and ends at once
 *   handles PID       writes how many handles that process has open
 *   crash             reads from an address that is not there
 *   startup           writes STARTUPINFO's flags, and the code page and the window (0 or 1) of its console
 */
#include <windows.h>
#include <winternl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* What winternl.h leaves out. */
#define SYSTEM_EXTENDED_HANDLE_INFORMATION ((SYSTEM_INFORMATION_CLASS)64)
#define INFO_LENGTH_MISMATCH ((NTSTATUS)0xC0000004)

struct handle_entry {
    void *object;
    ULONG_PTR process;
    ULONG_PTR handle;
    ULONG access;
    USHORT creator;
    USHORT type;
    ULONG attributes;
    ULONG reserved;
};

struct handle_list {
    ULONG_PTR count;
    ULONG_PTR reserved;
    struct handle_entry entries[];
};

static char buffer[65536];

static int print(const char *bytes, DWORD count)
{
    DWORD written;
    return WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, count, &written, NULL) && written == count;
}

static int print_arguments(int count, wchar_t **arguments)
{
    for (int i = 0; i < count; i++) {
        int size = WideCharToMultiByte(CP_UTF8, 0, arguments[i], -1, buffer, sizeof buffer, NULL, NULL);
        if (size == 0 || !print(buffer, size))
            return 1;
    }
    return 0;
}

static int read_all(void)
{
    DWORD count;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer, sizeof buffer, &count, NULL) && count > 0)
        ;
    return 0;
}

static int echo(void)
{
    DWORD count;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer, sizeof buffer, &count, NULL) && count > 0)
        if (!print(buffer, count))
            return 1;
    return 0;
}

static BOOL WINAPI say_break(DWORD event)
{
    return event == CTRL_BREAK_EVENT && print("break\n", 6);
}

static int print_file(const wchar_t *name)
{
    DWORD count;
    HANDLE file = CreateFileW(name, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return 1;
    while (ReadFile(file, buffer, sizeof buffer, &count, NULL) && count > 0)
        if (!print(buffer, count))
            return 1;
    return 0;
}

/* GetProcessHandleCount would be the way, but in Wine 8 it counts 0 always. */
static int print_handles(ULONG_PTR process)
{
    ULONG size = 65536, needed;
    struct handle_list *list = malloc(size);
    NTSTATUS status;
    while ((status = NtQuerySystemInformation(SYSTEM_EXTENDED_HANDLE_INFORMATION, list, size, &needed)) ==
           INFO_LENGTH_MISMATCH)
        list = realloc(list, size *= 2);
    if (status != 0)
        return 1;
    ULONG_PTR found = 0;
    for (ULONG_PTR i = 0; i < list->count; i++)
        found += list->entries[i].process == process;
    return !print(buffer, sprintf(buffer, "%llu\n", (unsigned long long)found));
}

static int crash(void)
{
    volatile int *volatile nowhere = NULL;
    return *nowhere;
}

static int print_startup(void)
{
    STARTUPINFOW startup;
    GetStartupInfoW(&startup);
    return !print(buffer, sprintf(buffer, "0x%lx %u %d\n", startup.dwFlags, GetConsoleCP(), GetConsoleWindow() != NULL));
}

int wmain(int count, wchar_t **arguments)
{
    const wchar_t *mode = count > 1 ? arguments[1] : L"";
    if (wcscmp(mode, L"arguments") == 0)
        return print_arguments(count - 2, arguments + 2);
    if (wcscmp(mode, L"read") == 0)
        return read_all();
    if (wcscmp(mode, L"echo") == 0)
        return echo();
    if (wcscmp(mode, L"attend") == 0)
        return SetConsoleCtrlHandler(say_break, TRUE) ? echo() : 1;
    if (wcscmp(mode, L"silent") == 0) {
        Sleep(600000);
        return 0;
    }
    if (wcscmp(mode, L"leave") == 0)
        return print("bye\n", 4) ? 3 : 1;
    if (wcscmp(mode, L"print") == 0 && count == 3)
        return print_file(arguments[2]);
    if (wcscmp(mode, L"handles") == 0 && count == 3)
        return print_handles(wcstoull(arguments[2], NULL, 10));
    if (wcscmp(mode, L"crash") == 0)
        return crash();
    if (wcscmp(mode, L"startup") == 0)
        return print_startup();
    return 2;
}
