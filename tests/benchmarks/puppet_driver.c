/* A native INDI driver that does what a client orders, at a rate that no server keeps up with.
 *
 * Any INDI server can start it on stdin and stdout. Options come by environment:
 *
 *     PUPPET_DEVICES=N   devices "Puppet 0" ... "Puppet N-1" (default 1)
 *     PUPPET_PINGS=0     do not ask for a pingReply after a BLOB (a relay gives none)
 *
 * Each device has a number property EQUATORIAL_EOD_COORD; "Puppet 0" also has CCD1, the BLOB that it sends, and
 * UPLOAD, the BLOB that it takes. The device "Control" has the number property GO, which is an order:
 *
 *     KIND    what to send: see enum kind
 *     COUNT   how many
 *     SIZE    bytes of each picture
 *     REPORT  not 0: once the server has read all, send DONE of "Control"
 *
 * DONE is also sent for each BLOB uploaded. A client that names only "Control" hears of progress and nothing else.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NUMBERS, INLINE, LINES, ATTACHED, REATTACHED, EACH_DEVICE };

struct order {
    enum kind kind;
    long count, size, report;
};

enum { INPUT_SIZE = 1 << 20, MOST_ORDERS = 64, MOST_DESCRIPTORS = 16, LONGEST_TAG = 20, TEXT_SIZE = 2048 };
enum { LINE_WIDTH = 72, SHARED_UNIT = 1 << 20 /* libindi rounds shared buffers up to this */ };

static const char STAMP[] = "2024-02-29T12:34:56";
static int devices = 1, wants_pings = 1;
static char input[INPUT_SIZE + 1];
static size_t input_length;
static struct order orders[MOST_ORDERS];
static int order_count;
static long pings_sent, pings_answered;

/* ---- writing ---- */

static void write_all(const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, data, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            exit(1);
        data += written;
        length -= written;
    }
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    write_all(text, length);
}

static void define_number(const char *device, const char *name, const char **members, int count)
{
    char text[TEXT_SIZE];
    int at = snprintf(text, sizeof text,
                      "<defNumberVector device=\"%s\" name=\"%s\" label=\"%s\" group=\"Main Control\" state=\"Idle\" "
                      "perm=\"rw\" timeout=\"60\" timestamp=\"%s\">\n",
                      device, name, name, STAMP);

    for (int i = 0; i < count; i++)
        at += snprintf(text + at, sizeof text - at,
                       "    <defNumber name=\"%s\" label=\"%s\" format=\"%%10.6m\" min=\"-1e12\" max=\"1e12\" "
                       "step=\"0\">\n0\n    </defNumber>\n",
                       members[i], members[i]);
    at += snprintf(text + at, sizeof text - at, "</defNumberVector>\n");
    write_all(text, at);
}

static void define_blob(const char *name, const char *permission)
{
    say("<defBLOBVector device=\"Puppet 0\" name=\"%s\" label=\"%s\" group=\"Image Data\" state=\"Idle\" perm=\"%s\" "
        "timeout=\"60\" timestamp=\"%s\">\n    <defBLOB name=\"%s\" label=\"Image\"/>\n</defBLOBVector>\n",
        name, name, permission, STAMP, name);
}

static void define_puppet(int which)
{
    char device[32];

    snprintf(device, sizeof device, "Puppet %d", which);
    define_number(device, "EQUATORIAL_EOD_COORD", (const char *[]){"RA", "DEC"}, 2);
    if (which == 0) {
        define_blob("CCD1", "ro");
        define_blob("UPLOAD", "rw");
    }
}

static void define_control(void)
{
    define_number("Control", "GO", (const char *[]){"KIND", "COUNT", "SIZE", "REPORT"}, 4);
    define_number("Control", "DONE", (const char *[]){"VALUE"}, 1);
}

static void report_done(void)
{
    say("<setNumberVector device=\"Control\" name=\"DONE\" state=\"Ok\" timeout=\"60\" timestamp=\"%s\">\n"
        "    <oneNumber name=\"VALUE\">\n      1\n    </oneNumber>\n</setNumberVector>\n",
        STAMP);
}

static void send_coordinates(int device, long turn)
{
    say("<setNumberVector device=\"Puppet %d\" name=\"EQUATORIAL_EOD_COORD\" state=\"Busy\" timeout=\"60\" "
        "timestamp=\"%s\">\n    <oneNumber name=\"RA\">\n      %.12g\n    </oneNumber>\n"
        "    <oneNumber name=\"DEC\">\n      %.12g\n    </oneNumber>\n</setNumberVector>\n",
        device, STAMP, 12.5 + turn * 1e-6, -45.25 + turn * 1e-6);
}

/* ---- pictures ---- */

struct base64 {
    long size;
    size_t width, encoded, length; /* `length` counts line ends, `encoded` does not */
    char *text;
};

/* Base64 of `size` bytes in lines of `width`; kept, for to make it must cost nothing while a server is measured. */
static const struct base64 *base64_of(long size, size_t width)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static struct base64 kept = {.size = -1};
    size_t at = 0, state = 1, encoded = (size + 2) / 3 * 4;

    if (kept.size == size && kept.width == width)
        return &kept;
    char *text = realloc(kept.text, encoded + encoded / width + 4);
    for (size_t i = 0; i < encoded; i++, state = state * 6364136223846793005u + 1442695040888963407u) {
        if (i > 0 && i % width == 0)
            text[at++] = '\n';
        text[at++] = alphabet[state >> 58];
    }
    if (size % 3)
        memcpy(text + at - 4, size % 3 == 1 ? "AA==" : "AAA=", 4);
    kept = (struct base64){size, width, encoded, at, text};
    return &kept;
}

/* Unbroken and without enclen, as the reference sends it, or in lines with enclen, as libindi's drivers do. */
static void send_inline(long size, int in_lines)
{
    const struct base64 *body = base64_of(size, in_lines ? LINE_WIDTH : SIZE_MAX);
    char enclen[32] = "";

    if (in_lines)
        snprintf(enclen, sizeof enclen, " enclen=\"%zu\"", body->encoded);
    say("<setBLOBVector device=\"Puppet 0\" name=\"CCD1\" state=\"Ok\" timeout=\"60\" timestamp=\"%s\">\n"
        "    <oneBLOB name=\"CCD1\" size=\"%ld\"%s format=\".fits\">\n",
        STAMP, size, enclen);
    write_all(body->text, body->length);
    say("\n    </oneBLOB>\n</setBLOBVector>\n");
}

static int shared_picture(long size)
{
    size_t room = (size + SHARED_UNIT - 1) / SHARED_UNIT * SHARED_UNIT;
    int fd = memfd_create("puppet picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0 || ftruncate(fd, room))
        exit(1);
    char *pixels = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (pixels == MAP_FAILED)
        exit(1);
    memset(pixels, '*', size);
    munmap(pixels, room);
    return fd;
}

static void send_attached(long size, int fd)
{
    char text[TEXT_SIZE];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = text};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};

    control.header = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    part.iov_len = snprintf(text, sizeof text,
                            "<setBLOBVector device=\"Puppet 0\" name=\"CCD1\" state=\"Ok\" timeout=\"60\" "
                            "timestamp=\"%s\">\n    <oneBLOB name=\"CCD1\" size=\"%ld\" format=\".fits\" len=\"%ld\" "
                            "attached=\"true\">\n    </oneBLOB>\n</setBLOBVector>\n",
                            STAMP, size, size);
    if (sendmsg(STDOUT_FILENO, &message, 0) != (ssize_t)part.iov_len)
        exit(1);
}

/* The driver lets go of a new picture at once, as libindi does: it lives for as long as somebody has it open. */
static void send_shared(long size, int again)
{
    static int fd;
    static long made_for = -1;

    if (made_for != size)
        fd = shared_picture(size);
    send_attached(size, fd);
    if (!again)
        close(fd);
    made_for = again ? size : -1;
}

/* ---- reading ---- */

/* Reads what is there; descriptors of BLOBs that a server hands on are closed unseen. */
static void read_input(void)
{
    char control[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
    struct iovec part = {.iov_base = input + input_length, .iov_len = INPUT_SIZE - input_length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC);

    if (length <= 0)
        exit(0);
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c != NULL; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_type == SCM_RIGHTS)
            for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++)
                close(((int *)CMSG_DATA(c))[i]);
    input_length += length;
    input[input_length] = '\0';
}

static int starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Copies the value of an attribute of a start tag, which must be whole; empty if there is none. */
static void attribute(const char *tag, const char *name, char *value, size_t room)
{
    const char *end = strchr(tag, '>'), *at = strstr(tag, name);

    *value = '\0';
    if (at == NULL || at > end)
        return;
    at += strlen(name) + 1;
    const char *closing = strchr(at, at[-1]);
    if (closing != NULL && (size_t)(closing - at) < room) {
        memcpy(value, at, closing - at);
        value[closing - at] = '\0';
    }
}

static void take_get_properties(const char *tag)
{
    char device[64];
    int which;

    attribute(tag, "device=", device, sizeof device);
    if (*device == '\0' || strcmp(device, "Control") == 0)
        define_control();
    for (int i = 0; *device == '\0' && i < devices; i++)
        define_puppet(i);
    if (sscanf(device, "Puppet %d", &which) == 1 && which >= 0 && which < devices)
        define_puppet(which);
}

static void answer_ping(const char *tag)
{
    char uid[256];

    attribute(tag, "uid=", uid, sizeof uid);
    say("<pingReply uid=\"%s\"/>\n", uid);
}

static void take_order(const char *text)
{
    long fields[4] = {0};

    for (int i = 0; i < 4; i++) {
        text = strchr(strstr(text, "<oneNumber"), '>') + 1;
        fields[i] = strtol(text, NULL, 10);
    }
    if (order_count == MOST_ORDERS)
        exit(1);
    orders[order_count++] = (struct order){fields[0], fields[1], fields[2], fields[3]};
}

/* Acts on the element at `at`; returns 0 if more of it has to be read first. */
static int take_element(const char *at)
{
    if (starts(at, "<newNumberVector")) {
        if (strstr(at, "</newNumberVector>") == NULL)
            return 0;
        take_order(at);
    } else if (starts(at, "</newBLOBVector>")) {
        report_done();
    } else if (starts(at, "<getProperties") || starts(at, "<ping")) {
        if (strchr(at, '>') == NULL)
            return 0;
        if (starts(at, "<getProperties"))
            take_get_properties(at);
        else if (starts(at, "<pingReply"))
            pings_answered++;
        else
            answer_ping(at);
    }
    return 1;
}

static void take_input(void)
{
    char *at = input, *end;

    read_input();
    end = input + input_length;
    while ((at = memchr(at, '<', end - at)) != NULL) {
        int whole = end - at >= LONGEST_TAG || memchr(at, '>', end - at) != NULL;
        if (!whole || !take_element(at))
            break;
        at++;
    }
    input_length = at == NULL ? 0 : (size_t)(end - at);
    memmove(input, at == NULL ? input : at, input_length);
    input[input_length] = '\0';
}

/* ---- obeying ---- */

/* As libindi does after a BLOB: asks, and goes on only when the server has read up to here. */
static void await_server(void)
{
    if (!wants_pings)
        return;
    say("<pingRequest uid='SetBLOB/%ld'/>\n", ++pings_sent);
    while (pings_answered < pings_sent)
        take_input();
}

static void send_one(const struct order *order, long turn)
{
    switch (order->kind) {
    case NUMBERS:
        send_coordinates(0, turn);
        return;
    case EACH_DEVICE:
        for (int i = 0; i < devices; i++)
            send_coordinates(i, turn);
        return;
    case INLINE:
    case LINES:
        send_inline(order->size, order->kind == LINES);
        break;
    case ATTACHED:
    case REATTACHED:
        send_shared(order->size, order->kind == REATTACHED);
        break;
    }
    await_server();
}

static void obey(struct order order)
{
    for (long turn = 0; turn < order.count; turn++)
        send_one(&order, turn);
    if (order.report) {
        await_server();
        report_done();
    }
}

int main(void)
{
    if (getenv("PUPPET_DEVICES") != NULL)
        devices = atoi(getenv("PUPPET_DEVICES"));
    if (getenv("PUPPET_PINGS") != NULL)
        wants_pings = atoi(getenv("PUPPET_PINGS"));
    for (;;) {
        while (order_count == 0)
            take_input();
        struct order order = orders[0];
        memmove(orders, orders + 1, --order_count * sizeof *orders);
        obey(order);
    }
}
