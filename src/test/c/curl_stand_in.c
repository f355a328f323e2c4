/*
 * Enough of curl for the commands that README.md and the greeting show for cmd.exe: under Wine, which has no curl.exe, it
 * receives their arguments as curl would, and sends the same request. What it does not know it refuses.
 *
 *   curl.exe [-X METHOD] [-H HEADER]... [-d DATA] [--data-binary DATA|@FILE] http://ADDRESS:PORT/TARGET
 */
#include <winsock2.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *what) {
    fprintf(stderr, "curl.exe, a stand-in: %s\n", what);
    return 2;
}

static size_t read_file(const char *name, char *into, size_t most) {
    FILE *file = fopen(name, "rb");
    size_t length = file ? fread(into, 1, most, file) : 0;
    if (file) fclose(file);
    return length;
}

int main(int count, char **arguments) {
    static char body[65536], head[65536], headers[32768] = "", answer[65536];
    const char *method = NULL, *url = NULL;
    int has_body = 0, has_type = 0;
    size_t length = 0;
    for (int i = 1; i < count; i++) {
        const char *option = arguments[i];
        if (option[0] != '-') {
            if (url) return fail("a second URL");
            url = option;
            continue;
        }
        if (++i == count) return fail("an option without its value");
        if (!strcmp(option, "-X")) {
            method = arguments[i];
        } else if (!strcmp(option, "-H")) {
            has_type |= !strnicmp(arguments[i], "Content-Type:", 13);
            strcat(strcat(headers, arguments[i]), "\r\n");
        } else if (!strcmp(option, "-d") || !strcmp(option, "--data-binary")) {
            has_body = 1;
            if (arguments[i][0] == '@') {
                if (!strcmp(option, "-d")) return fail("-d @FILE, which would lose line feeds");
                length = read_file(arguments[i] + 1, body, sizeof body);
                if (!length) return fail("no such file, or an empty one");
            } else {
                length = strlen(strcpy(body, arguments[i]));
            }
        } else {
            return fail(option);
        }
    }
    unsigned int a, b, c, d;
    unsigned short port;
    char target[4096] = "";
    if (!url || sscanf(url, "http://%u.%u.%u.%u:%hu%4095s", &a, &b, &c, &d, &port, target) != 6) return fail("the URL");

    if (has_body && !has_type) strcat(headers, "Content-Type: application/x-www-form-urlencoded\r\n");
    /* The answer ends with the connection. */
    int head_length = sprintf(head, "%s %s HTTP/1.0\r\nHost: %u.%u.%u.%u:%hu\r\n%sContent-Length: %u\r\n\r\n",
            method ? method : has_body ? "POST" : "GET", target, a, b, c, d, port, headers, (unsigned) length);
    WSADATA ignored;
    WSAStartup(MAKEWORD(2, 2), &ignored);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(a << 24 | b << 16 | c << 8 | d);
    SOCKET connection = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (connect(connection, (struct sockaddr *) &address, sizeof address)) return fail("nobody listens there");
    send(connection, head, head_length, 0);
    send(connection, body, (int) length, 0);

    size_t received = 0;
    int some;
    while ((some = recv(connection, answer + received, (int) (sizeof answer - 1 - received), 0)) > 0) received += some;
    char *content = strstr(answer, "\r\n\r\n");
    if (!content) return fail("no answer");
    fwrite(content + 4, 1, answer + received - content - 4, stdout);
    return 0;
}
