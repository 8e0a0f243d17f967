/* Who is asked: a server on the loopback device that answers connections and HTTP requests, as cheaply as it can be done.

   loopback: prints the port it listens on and one that refuses connections, and serves until its parent is gone.
   It answers at every address of 127/8. A request for /missing is answered with 404, any other with 200; who says
   nothing and hangs up has had a TCP connection. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const char found[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n"
                            "Connection: close\r\n\r\nall is well...";
static const char missing[] = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n"
                              "Connection: close\r\n\r\nnothing there.";

static int bound(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    int it = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (it < 0 || setsockopt(it, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2) || bind(it, (struct sockaddr *)&at, size) ||
        getsockname(it, (struct sockaddr *)&at, &size)) {
        perror("a port of the loopback device");
        exit(2);
    }
    *port = ntohs(at.sin_port);
    return it;
}

static void serve(int one)
{
    char text[4096];
    ssize_t got = recv(one, text, sizeof text - 1, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0) {
        text[got] = 0;
        if (!strstr(text, "\r\n\r\n"))
            return;
        if (strstr(text, " /missing "))
            send(one, missing, sizeof missing - 1, MSG_NOSIGNAL);
        else
            send(one, found, sizeof found - 1, MSG_NOSIGNAL);
    }
    close(one);
}

int main(void)
{
    int open_at, refused_at;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int listener = bound(&open_at);
    bound(&refused_at);
    if (listen(listener, 4096))
        return 2;
    printf("%d %d\n", open_at, refused_at);
    fflush(stdout);
    int all = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(all, EPOLL_CTL_ADD, listener, &wanted);
    for (;;) {
        int count = epoll_wait(all, events, 256, -1);
        for (int each = 0; each < count; each++) {
            if (events[each].data.fd != listener) {
                serve(events[each].data.fd);
                continue;
            }
            int one;
            while ((one = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                struct epoll_event its = {.events = EPOLLIN, .data.fd = one};
                epoll_ctl(all, EPOLL_CTL_ADD, one, &its);
            }
        }
    }
}
