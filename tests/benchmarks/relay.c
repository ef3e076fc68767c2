/* The least a server can do: start one driver on a socket pair and copy its bytes to every client.
 *
 *     relay PORT DRIVER
 *
 * No XML is looked at, no client has a queue, and a slow one holds up all: a floor for what copying costs,
 * not a server. It ends when the driver does.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LISTENER, DRIVER, FIRST_CLIENT, MOST_PEERS = 1024, CHUNK = 256 * 1024 };

static struct pollfd peers[MOST_PEERS];
static int peer_count = FIRST_CLIENT;
static char chunk[CHUNK];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128))
        fail("relay: listen");
    return listener;
}

static int start_driver(const char *path)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        fail("relay: socketpair");
    if (fork() == 0) {
        dup2(pair[1], STDIN_FILENO);
        dup2(pair[1], STDOUT_FILENO);
        close(pair[0]);
        close(pair[1]);
        execl(path, path, (char *)NULL);
        fail(path);
    }
    close(pair[1]);
    return pair[0];
}

static void accept_client(void)
{
    int yes = 1, client = accept(peers[LISTENER].fd, NULL, NULL);

    if (client < 0 || peer_count == MOST_PEERS)
        fail("relay: accept");
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    peers[peer_count++] = (struct pollfd){.fd = client, .events = POLLIN};
}

static void drop_client(int which)
{
    close(peers[which].fd);
    peers[which].fd = -1; /* poll skips it */
}

static int write_all(int to, const char *data, ssize_t length)
{
    while (length > 0) {
        ssize_t written = write(to, data, length);
        if (written < 0)
            return -1;
        data += written;
        length -= written;
    }
    return 0;
}

static void copy_to_clients(void)
{
    ssize_t length = read(peers[DRIVER].fd, chunk, sizeof chunk);

    if (length <= 0)
        exit(0);
    for (int i = FIRST_CLIENT; i < peer_count; i++)
        if (peers[i].fd >= 0 && write_all(peers[i].fd, chunk, length))
            drop_client(i);
}

static void copy_to_driver(int which)
{
    ssize_t length = read(peers[which].fd, chunk, sizeof chunk);

    if (length <= 0)
        drop_client(which);
    else if (write_all(peers[DRIVER].fd, chunk, length))
        exit(0);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: relay PORT DRIVER\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    peers[DRIVER] = (struct pollfd){.fd = start_driver(argv[2]), .events = POLLIN};
    peers[LISTENER] = (struct pollfd){.fd = listen_on(atoi(argv[1])), .events = POLLIN};
    for (;;) {
        if (poll(peers, peer_count, -1) < 0)
            fail("relay: poll");
        if (peers[LISTENER].revents)
            accept_client();
        if (peers[DRIVER].revents)
            copy_to_clients();
        for (int i = FIRST_CLIENT; i < peer_count; i++)
            if (peers[i].fd >= 0 && peers[i].revents)
                copy_to_driver(i);
    }
}
