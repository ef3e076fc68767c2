/* Clients of an INDI server, as many as wanted in one process, told what to do line by line on stdin.
 *
 * They read and count, and do not parse. Clients are numbered in the order in which they were opened; `A B` in a
 * command means the clients A to B-1. TAG is one of set, def, new, del, ping, picture. Every command is answered by
 * one line: "ok ..." or "error ...".
 *
 *     open tcp PORT | open unix NAME      one more client
 *     send A B TEXT                       TEXT from each of them
 *     reading A B 0|1                     whether they read what the server sends
 *     forget                              all counts to zero
 *     await A B TAG COUNT                 until each has counted COUNT: the seconds that it took
 *     counts A B TAG                      what each has counted
 *     drive C A B KIND TOTAL WINDOW STEP SIZE
 *                                         client C orders STEP messages of the puppet driver at a time, such that no
 *                                         more than WINDOW are under way to any of A to B-1; TOTAL 0: until the
 *                                         next line comes. The seconds, and how many were ordered
 *     ping A COUNT PAUSE                  round trips of client A, PAUSE microseconds apart: each in microseconds
 *     upload A SIZE COUNT                 newBLOBVectors, until the driver has reported each: the seconds
 *
 * `load SECONDS`: a wait longer than that is an error.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { SET, DEF, NEW, DEL, PING, PICTURE, TAGS };
enum { LONGEST_MARK = 8, CHUNK = 1 << 20, MOST_CLIENTS = 4096, MOST_EVENTS = 256, MOST_DESCRIPTORS = 16 };

static const char *const TAG_NAMES[TAGS] = {"set", "def", "new", "del", "ping", "picture"};
static const char *const MARKS[PICTURE] = {"</set", "</def", "</new", "<delP", "<pingRep"};

struct client {
    int fd, local;
    long counts[TAGS];
    char carry[LONGEST_MARK]; /* the start of a mark that the last read cut */
    size_t carried;
};

static struct client clients[MOST_CLIENTS];
static int client_count, poller;
static double patience;
static char room[LONGEST_MARK + CHUNK];

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

/* ---- reading and counting ---- */

static void count_marks(struct client *c, char *at, char *end)
{
    while ((at = memchr(at, '<', end - at)) != NULL && end - at >= LONGEST_MARK) {
        for (int tag = 0; tag < PICTURE; tag++)
            c->counts[tag] += strncmp(at, MARKS[tag], strlen(MARKS[tag])) == 0;
        at++;
    }
    c->carried = at == NULL ? 0 : (size_t)(end - at);
    memcpy(c->carry, at == NULL ? end : at, c->carried);
}

/* A picture in shared memory is looked at once in every page, as a program that shows it would. */
static void look_at_picture(struct client *c, int fd)
{
    struct stat status;
    volatile char seen = 0;

    if (fstat(fd, &status) == 0 && status.st_size > 0) {
        const char *pixels = mmap(NULL, status.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
        if (pixels != MAP_FAILED) {
            for (off_t i = 0; i < status.st_size; i += 4096)
                seen += pixels[i];
            munmap((void *)pixels, status.st_size);
            c->counts[PICTURE]++;
        }
    }
    close(fd);
}

static ssize_t receive(struct client *c, char *into)
{
    char control[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
    struct iovec part = {.iov_base = into, .iov_len = CHUNK};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};

    if (!c->local)
        return recv(c->fd, into, CHUNK, MSG_DONTWAIT);
    ssize_t length = recvmsg(c->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    for (struct cmsghdr *m = CMSG_FIRSTHDR(&message); length > 0 && m != NULL; m = CMSG_NXTHDR(&message, m))
        if (m->cmsg_type == SCM_RIGHTS)
            for (size_t i = 0; i < (m->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++)
                look_at_picture(c, ((int *)CMSG_DATA(m))[i]);
    return length;
}

static void read_client(struct client *c)
{
    char *text = room + LONGEST_MARK;
    ssize_t length = receive(c, text);

    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0) {
        close(c->fd);
        c->fd = -1;
        return;
    }
    memcpy(text - c->carried, c->carry, c->carried);
    count_marks(c, text - c->carried, text + length);
}

static void serve(void)
{
    struct epoll_event events[MOST_EVENTS];
    int count = epoll_wait(poller, events, MOST_EVENTS, 1000);

    for (int i = 0; i < count; i++)
        read_client(&clients[events[i].data.u32]);
}

/* Reads on until clients `first` to `last - 1` have counted `count`. Says "error" and returns 0 if it cannot be. */
static int await_counts(int first, int last, int tag, long count)
{
    double end = now() + patience;

    for (int i = first; i < last; i++)
        while (clients[i].counts[tag] < count) {
            if (clients[i].fd < 0)
                return printf("error client %d was cut off at %ld of %ld %s\n", i, clients[i].counts[tag], count,
                              TAG_NAMES[tag]), 0;
            if (now() > end)
                return printf("error client %d has waited too long: %ld of %ld %s\n", i, clients[i].counts[tag],
                              count, TAG_NAMES[tag]), 0;
            serve();
        }
    return 1;
}

/* ---- writing ---- */

static int send_text(struct client *c, const char *text, size_t length)
{
    while (length > 0 && c->fd >= 0) {
        ssize_t sent = send(c->fd, text, length, MSG_NOSIGNAL);
        if (sent < 0)
            return 0;
        text += sent;
        length -= sent;
    }
    return length == 0;
}

static void send_order(struct client *c, int kind, long count, long size)
{
    char text[512];
    int length = snprintf(text, sizeof text,
                          "<newNumberVector device='Control' name='GO'><oneNumber name='KIND'>%d</oneNumber>"
                          "<oneNumber name='COUNT'>%ld</oneNumber><oneNumber name='SIZE'>%ld</oneNumber>"
                          "<oneNumber name='REPORT'>0</oneNumber></newNumberVector>\n",
                          kind, count, size);

    send_text(c, text, length);
}

static char *upload_text(long size, size_t *length)
{
    size_t body = (size + 2) / 3 * 4;
    char *text = malloc(body + 1024);
    int at = sprintf(text,
                     "<newBLOBVector device='Puppet 0' name='UPLOAD'>\n"
                     "<oneBLOB name='UPLOAD' size='%ld' format='.fits'>\n",
                     size);

    memset(text + at, 'A', body);
    memset(text + at + body - (3 - size % 3) % 3, '=', (3 - size % 3) % 3);
    *length = at + body + sprintf(text + at + body, "\n</oneBLOB>\n</newBLOBVector>\n");
    return text;
}

/* ---- commands ---- */

static int connect_tcp(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* The reference binds the abstract name on Linux; a path in the file system is tried next. */
static int connect_unix(const char *name)
{
    size_t length = strnlen(name, sizeof((struct sockaddr_un *)0)->sun_path - 1);

    for (int abstract = 1; abstract >= 0; abstract--) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        memcpy(address.sun_path + abstract, name, length);
        if (connect(fd, (struct sockaddr *)&address,
                    offsetof(struct sockaddr_un, sun_path) + abstract + length) == 0)
            return fd;
        close(fd);
    }
    return -1;
}

static void set_reading(int which, int operation, int reading)
{
    struct epoll_event event = {.events = reading ? EPOLLIN : 0, .data.u32 = which};

    epoll_ctl(poller, operation, clients[which].fd, &event);
}

static void open_client(const char *how, const char *where)
{
    int local = strcmp(how, "unix") == 0, fd = local ? connect_unix(where) : connect_tcp(atoi(where));

    if (fd < 0 || client_count == MOST_CLIENTS) {
        printf("error cannot connect to %s %s: %s\n", how, where, strerror(errno));
        return;
    }
    clients[client_count] = (struct client){.fd = fd, .local = local};
    set_reading(client_count, EPOLL_CTL_ADD, 1);
    printf("ok %d\n", client_count++);
}

static void drive(int conductor, int first, int last, int kind, long total, long window, long step, long size)
{
    struct pollfd commands = {.fd = STDIN_FILENO, .events = POLLIN};
    double start = now();
    long ordered = 0;

    while (total ? ordered < total : poll(&commands, 1, 0) == 0) {
        if (!await_counts(first, last, SET, ordered + step - window))
            return;
        send_order(&clients[conductor], kind, step, size);
        ordered += step;
    }
    if (await_counts(first, last, SET, ordered))
        printf("ok %.9f %ld\n", now() - start, ordered);
}

static void ping(int which, int count, int pause)
{
    static const char request[] = "<pingRequest uid='load'/>\n";
    double trips[count];
    struct client *c = &clients[which];

    for (int i = 0; i < count; i++) {
        long before = c->counts[PING];
        usleep(pause);
        double start = now();
        send_text(c, request, sizeof request - 1);
        if (!await_counts(which, which + 1, PING, before + 1))
            return;
        trips[i] = now() - start;
    }
    printf("ok");
    for (int i = 0; i < count; i++)
        printf(" %.1f", trips[i] * 1e6);
    printf("\n");
}

static void upload(int which, long size, int count)
{
    size_t length;
    char *text = upload_text(size, &length);
    double start = now();
    long before = clients[which].counts[SET];

    for (int i = 0; i < count; i++)
        send_text(&clients[which], text, length);
    if (await_counts(which, which + 1, SET, before + count))
        printf("ok %.9f\n", now() - start);
    free(text);
}

static void await(int first, int last, int tag, long count)
{
    double start = now();

    if (await_counts(first, last, tag, count))
        printf("ok %.9f\n", now() - start);
}

static int tag_of(const char *name)
{
    for (int tag = 0; tag < TAGS; tag++)
        if (strcmp(name, TAG_NAMES[tag]) == 0)
            return tag;
    fprintf(stderr, "load: no tag is called %s\n", name);
    exit(2);
}

static void obey(char *line)
{
    char word[128], other[128];
    int a, b, c, kind, start;
    long total, window, step, size;

    if (sscanf(line, "open %127s %127s", word, other) == 2) {
        open_client(word, other);
    } else if (sscanf(line, "send %d %d %n", &a, &b, &start) == 2) {
        for (int i = a; i < b; i++)
            send_text(&clients[i], line + start, strlen(line + start));
        printf("ok\n");
    } else if (sscanf(line, "reading %d %d %d", &a, &b, &c) == 3) {
        for (int i = a; i < b; i++)
            set_reading(i, EPOLL_CTL_MOD, c);
        printf("ok\n");
    } else if (strcmp(line, "forget\n") == 0) {
        for (int i = 0; i < client_count; i++)
            memset(clients[i].counts, 0, sizeof clients[i].counts);
        printf("ok\n");
    } else if (sscanf(line, "await %d %d %127s %ld", &a, &b, word, &total) == 4) {
        await(a, b, tag_of(word), total);
    } else if (sscanf(line, "counts %d %d %127s", &a, &b, word) == 3) {
        printf("ok");
        for (int i = a; i < b; i++)
            printf(" %ld", clients[i].counts[tag_of(word)]);
        printf("\n");
    } else if (sscanf(line, "drive %d %d %d %d %ld %ld %ld %ld", &c, &a, &b, &kind, &total, &window, &step,
                      &size) == 8) {
        drive(c, a, b, kind, total, window, step, size);
    } else if (sscanf(line, "ping %d %d %d", &a, &b, &c) == 3) {
        ping(a, b, c);
    } else if (sscanf(line, "upload %d %ld %d", &a, &size, &b) == 3) {
        upload(a, size, b);
    } else if (strcmp(line, "\n") == 0) {
        return; /* ends an endless drive */
    } else {
        printf("error not understood: %s", line);
    }
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t space = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: load SECONDS\n");
        return 2;
    }
    patience = atof(argv[1]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    while (getline(&line, &space, stdin) > 0) {
        obey(line);
        fflush(stdout);
    }
    return 0;
}
