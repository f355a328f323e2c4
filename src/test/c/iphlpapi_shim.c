/*
 * Stands in front of Wine 8's iphlpapi.dll, which lacks the one function that newer JVMs cannot start without. Every
 * other export is forwarded to a copy of Wine's DLL by the module definition file that .ci/windows generates.
 *
 * https://learn.microsoft.com/windows/win32/api/netioapi/nf-netioapi-getanycastipaddresstable
 */
#include <winsock2.h>
#include <ws2ipdef.h>
#include <iphlpapi.h>
#include <netioapi.h>

/* The caller frees the table by FreeMibTable, which in Wine is HeapFree on the process's heap. */
DWORD WINAPI AnswerNoAnycastAddresses(ADDRESS_FAMILY family, MIB_ANYCASTIPADDRESS_TABLE **table)
{
    (void)family;
    *table = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof **table);
    return *table ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}
