/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A mail server for measurements: it says yes to everything as fast as it can and keeps only counters.
 *
 *   sink [--port N] [--no-pipelining] [--filler N] [--cert FILE --key FILE] [--seconds N]
 *
 * It listens on 127.0.0.1 and prints `port=N`. Each line on its standard input is answered with the counters
 * since the line before; the end of standard input ends it, as does the given number of seconds (default 3600).
 * `--filler N` puts N lines of 48 bytes into the reply to EHLO. With a chain of certificates and its key, in PEM, it
 * offers STARTTLS.
 *
 * Answers are constant strings queued by address, so even a reply of a million lines is never copied here. */

#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sinktls.h"

#define CONTENT_END "\r\n.\r\n"
#define CONTENT_END_LENGTH 5
#define LONGEST_COMMAND 4096
#define MOST_PIECES 1024

typedef struct
{
  int fd;
  bool in_content;
  bool leaving;       /* closed as soon as all is sent */
  bool starts_tls;    /* as soon as all is sent */
  bool awaits_room;   /* the socket was full */
  SinkTls *tls;
  bool is_encrypted;  /* the handshake stands */
  struct iovec *queue;
  size_t queue_first;
  size_t queue_end;
  size_t queue_space;
  char tail[CONTENT_END_LENGTH - 1]; /* the newest content, in case its end comes in two reads */
  size_t tail_length;
  char command[LONGEST_COMMAND];     /* the beginning of a command whose end has not come */
  size_t command_length;
} Client;

typedef struct
{
  unsigned long sessions;
  unsigned long tls;      /* handshakes */
  unsigned long commands;
  unsigned long senders;
  unsigned long recipients;
  unsigned long messages;
  unsigned long content;  /* octets from DATA's 354 to the final dot's line end */
  unsigned long sent;
} Counters;

typedef struct
{
  const char *verb;
  const char *answer;       /* NULL: the reply to EHLO */
  unsigned long *counter;   /* or NULL */
  bool starts_content;
  bool ends_session;
} Command;

static Counters counters;
static int poller;
static int listener;
static bool has_tls;
static struct iovec ehlo_reply;
static struct iovec encrypted_ehlo_reply;

static const Command commands[] = {
  { "RCPT", "250 2.1.5 Recipient taken\r\n", &counters.recipients, false, false },
  { "MAIL", "250 2.1.0 Sender taken\r\n", &counters.senders, false, false },
  { "DATA", "354 Go on, end with a dot\r\n", NULL, true, false },
  { "EHLO", NULL, NULL, false, false },
  { "HELO", "250 sink.test\r\n", NULL, false, false },
  { "RSET", "250 2.0.0 Forgotten\r\n", NULL, false, false },
  { "NOOP", "250 2.0.0 Here\r\n", NULL, false, false },
  { "QUIT", "221 2.0.0 Bye\r\n", NULL, false, true },
};
static const char starttls_answer[] = "220 2.0.0 Go on, encrypted\r\n";

static void
fail (const char *what)
{
  perror (what);
  exit (1);
}

static void *
must_have (void *memory)
{
  if (memory == NULL)
    fail ("memory");
  return memory;
}

static void
enqueue (Client *client, const void *text, size_t length)
{
  if (client->queue_end == client->queue_space)
    {
      client->queue_space = client->queue_space * 2 + 16;
      client->queue = must_have (reallocarray (client->queue, client->queue_space, sizeof *client->queue));
    }
  client->queue[client->queue_end++] = (struct iovec) { (void *) text, length };
}

static void
enqueue_text (Client *client, const char *text)
{
  enqueue (client, text, strlen (text));
}

static void
drop_client (Client *client)
{
  sink_tls_free (client->tls);
  close (client->fd);
  free (client->queue);
  free (client);
}

static void
await_room (Client *client, bool await)
{
  struct epoll_event event = { .events = await ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = client };

  if (client->awaits_room == await)
    return;
  client->awaits_room = await;
  epoll_ctl (poller, EPOLL_CTL_MOD, client->fd, &event);
}

static void
forget_sent (Client *client, size_t length)
{
  counters.sent += length;
  while (length > 0)
    {
      struct iovec *piece = &client->queue[client->queue_first];
      size_t part = length < piece->iov_len ? length : piece->iov_len;

      piece->iov_base = (char *) piece->iov_base + part;
      piece->iov_len -= part;
      length -= part;
      if (piece->iov_len == 0)
        client->queue_first++;
    }
  if (client->queue_first == client->queue_end)
    client->queue_first = client->queue_end = 0;
}

/* Sends what the socket takes. Afterwards the client may be gone, then it returns false. */
static bool
send_queue (Client *client)
{
  while (client->queue_end > client->queue_first)
    {
      const struct iovec *first = client->queue + client->queue_first;
      size_t pieces = client->queue_end - client->queue_first;
      ssize_t sent;

      if (pieces > MOST_PIECES)
        pieces = MOST_PIECES;
      sent = client->tls != NULL ? sink_tls_send (client->tls, first, pieces)
                                 : writev (client->fd, first, (int) pieces);
      if (sent < 0 && errno == EAGAIN)
        {
          await_room (client, true);
          return true;
        }
      if (sent < 0 && errno != EINTR)
        {
          drop_client (client);
          return false;
        }
      if (sent > 0)
        forget_sent (client, (size_t) sent);
    }
  if (client->leaving)
    {
      drop_client (client);
      return false;
    }
  await_room (client, false);
  if (client->starts_tls)
    {
      client->starts_tls = false;
      client->tls = sink_tls_new (client->fd);
    }
  return true;
}

static void
obey (Client *client, const char *line, size_t length)
{
  counters.commands++;
  if (has_tls && client->tls == NULL && length >= 8 && strncasecmp (line, "STARTTLS", 8) == 0)
    {
      enqueue (client, starttls_answer, sizeof starttls_answer - 1);
      client->starts_tls = true;
      return;
    }
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    {
      const Command *command = &commands[i];

      if (length < 4 || strncasecmp (line, command->verb, 4) != 0)
        continue;
      if (command->answer != NULL)
        enqueue_text (client, command->answer);
      else if (client->tls != NULL)
        enqueue (client, encrypted_ehlo_reply.iov_base, encrypted_ehlo_reply.iov_len);
      else
        enqueue (client, ehlo_reply.iov_base, ehlo_reply.iov_len);
      if (command->counter != NULL)
        ++*command->counter;
      if (command->starts_content)
        {
          client->in_content = true;
          client->tail_length = 2;
          memcpy (client->tail, "\r\n", 2); /* a dot in the first line counts, too */
        }
      client->leaving = command->ends_session;
      return;
    }
  enqueue_text (client, "500 5.5.2 What?\r\n");
}

/* Takes a command out of `bytes` and returns how many of them it used. */
static size_t
take_command (Client *client, const char *bytes, size_t length)
{
  const char *end = memchr (bytes, '\n', length);
  size_t used = end != NULL ? (size_t) (end + 1 - bytes) : length;

  if (end != NULL && client->command_length == 0)
    {
      obey (client, bytes, used);
      return used;
    }
  if (used > LONGEST_COMMAND - client->command_length)
    {
      enqueue_text (client, "500 5.5.2 Too long\r\n");
      client->leaving = true;
      return length;
    }
  memcpy (client->command + client->command_length, bytes, used);
  client->command_length += used;
  if (end != NULL)
    {
      size_t whole = client->command_length;

      client->command_length = 0;
      obey (client, client->command, whole);
    }
  return used;
}

/* Finds CONTENT_END where the bytes before and the new ones meet, then in the new ones. Returns the number of new
 * bytes up to the end of it, or 0 when it is not there. */
static size_t
find_content_end (const Client *client, const char *bytes, size_t length)
{
  char seam[2 * (CONTENT_END_LENGTH - 1)];
  size_t begun = length < CONTENT_END_LENGTH - 1 ? length : CONTENT_END_LENGTH - 1;
  const char *found;

  memcpy (seam, client->tail, client->tail_length);
  memcpy (seam + client->tail_length, bytes, begun);
  found = memmem (seam, client->tail_length + begun, CONTENT_END, CONTENT_END_LENGTH);
  if (found != NULL)
    return (size_t) (found - seam) + CONTENT_END_LENGTH - client->tail_length;

  for (size_t at = 2; at + 2 < length; at++)
    {
      const char *dot = memchr (bytes + at, '.', length - 2 - at);

      if (dot == NULL)
        return 0;
      at = (size_t) (dot - bytes);
      if (memcmp (dot - 2, CONTENT_END, CONTENT_END_LENGTH) == 0)
        return at + 3;
    }
  return 0;
}

static void
remember_tail (Client *client, const char *bytes, size_t length)
{
  size_t kept;

  if (length >= sizeof client->tail)
    {
      memcpy (client->tail, bytes + length - sizeof client->tail, sizeof client->tail);
      client->tail_length = sizeof client->tail;
      return;
    }
  kept = sizeof client->tail - length;
  if (kept > client->tail_length)
    kept = client->tail_length;
  memmove (client->tail, client->tail + client->tail_length - kept, kept);
  memcpy (client->tail + kept, bytes, length);
  client->tail_length = kept + length;
}

static size_t
take_content (Client *client, const char *bytes, size_t length)
{
  size_t end = find_content_end (client, bytes, length);

  if (end == 0)
    {
      remember_tail (client, bytes, length);
      counters.content += length;
      return length;
    }
  counters.content += end;
  counters.messages++;
  client->in_content = false;
  enqueue_text (client, "250 2.0.0 Message taken\r\n");
  return end;
}

/* What comes behind STARTTLS or QUIT is thrown away. */
static void
take (Client *client, const char *bytes, size_t length)
{
  while (length > 0 && !client->leaving && !client->starts_tls)
    {
      size_t used = client->in_content ? take_content (client, bytes, length) : take_command (client, bytes, length);

      bytes += used;
      length -= used;
    }
}

/* False when it does not stand yet; then the client may be gone. */
static bool
greet (Client *client)
{
  if (sink_tls_greet (client->tls) == 0)
    {
      counters.tls++;
      client->is_encrypted = true;
      await_room (client, false);
    }
  else if (errno == EAGAIN)
    await_room (client, sink_tls_is_full (client->tls));
  else
    {
      drop_client (client);
      return false;
    }
  return client->is_encrypted;
}

/* In plain text one read is enough, as the poll tells of more; with TLS only the last one tells that there is none. */
static void
read_client (Client *client)
{
  static char buffer[256 * 1024];

  if (client->tls != NULL && !client->is_encrypted && !greet (client))
    return;
  do
    {
      ssize_t received = client->tls != NULL ? sink_tls_receive (client->tls, buffer, sizeof buffer)
                                             : recv (client->fd, buffer, sizeof buffer, 0);

      if (received < 0 && (errno == EAGAIN || errno == EINTR))
        return;
      if (received <= 0)
        {
          drop_client (client);
          return;
        }
      take (client, buffer, (size_t) received);
    }
  while (send_queue (client) && client->is_encrypted);
}

static void
accept_clients (void)
{
  int fd;

  while ((fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    {
      Client *client = must_have (calloc (1, sizeof *client));
      struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };
      int on = 1;

      client->fd = fd;
      counters.sessions++;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_ctl (poller, EPOLL_CTL_ADD, fd, &event);
      enqueue_text (client, "220 sink.test ESMTP\r\n");
      send_queue (client);
    }
}

static void
tell_counters (void)
{
  char line[64];
  struct rusage usage;
  ssize_t length = read (STDIN_FILENO, line, sizeof line);

  if (length <= 0)
    exit (0);
  getrusage (RUSAGE_SELF, &usage);
  printf ("sessions=%lu tls=%lu commands=%lu senders=%lu recipients=%lu messages=%lu content=%lu sent=%lu cpu_us=%ld\n",
          counters.sessions, counters.tls, counters.commands, counters.senders, counters.recipients,
          counters.messages, counters.content, counters.sent,
          (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  fflush (stdout);
  memset (&counters, 0, sizeof counters);
}

static struct iovec
make_ehlo_reply (bool pipelining, bool starttls, long filler)
{
  char *text = NULL;
  size_t length = 0;
  FILE *stream = must_have (open_memstream (&text, &length));

  fputs ("250-sink.test\r\n250-SIZE 1073741824\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n", stream);
  if (pipelining)
    fputs ("250-PIPELINING\r\n", stream);
  if (starttls)
    fputs ("250-STARTTLS\r\n", stream);
  for (long i = 1; i <= filler; i++)
    fprintf (stream, "250-FILLER%07ld the quick brown fox jumps on\r\n", i);
  fputs ("250 SMTPUTF8\r\n", stream);
  fclose (stream);
  return (struct iovec) { text, length };
}

static void
open_listener (int port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((in_port_t) port) };
  socklen_t length = sizeof address;
  int on = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  listener = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt (listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind (listener, (struct sockaddr *) &address, length) != 0 || listen (listener, 128) != 0)
    fail ("listen");
  getsockname (listener, (struct sockaddr *) &address, &length);
  printf ("port=%d\n", ntohs (address.sin_port));
  fflush (stdout);
}

/* After sending, what else is to do is reported again. */
static void
serve_client (Client *client, bool has_room)
{
  if (has_room && (client->tls == NULL || client->is_encrypted))
    send_queue (client);
  else
    read_client (client);
}

/* The two descriptors that are no client are known by the address of their variable or of `counters`. */
static void
serve (void)
{
  struct epoll_event events[64];
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = &listener };

  poller = epoll_create1 (EPOLL_CLOEXEC);
  epoll_ctl (poller, EPOLL_CTL_ADD, listener, &event);
  event.data.ptr = &counters;
  epoll_ctl (poller, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  for (;;)
    {
      int n = epoll_wait (poller, events, sizeof events / sizeof *events, -1);

      for (int i = 0; i < n; i++)
        {
          void *who = events[i].data.ptr;

          if (who == &listener)
            accept_clients ();
          else if (who == &counters)
            tell_counters ();
          else
            serve_client (who, events[i].events & EPOLLOUT);
        }
    }
}

int
main (int argc, char **argv)
{
  static const struct option options[] = {
    { "port", required_argument, NULL, 'p' },
    { "no-pipelining", no_argument, NULL, 'n' },
    { "filler", required_argument, NULL, 'f' },
    { "cert", required_argument, NULL, 'c' },
    { "key", required_argument, NULL, 'k' },
    { "seconds", required_argument, NULL, 's' },
    { NULL, 0, NULL, 0 },
  };
  const char *certificate = NULL;
  const char *key = NULL;
  bool pipelining = true;
  long filler = 0;
  unsigned seconds = 3600;
  int port = 0;
  int option;

  while ((option = getopt_long (argc, argv, "", options, NULL)) != -1)
    switch (option)
      {
      case 'p':
        port = atoi (optarg);
        break;
      case 'n':
        pipelining = false;
        break;
      case 'f':
        filler = atol (optarg);
        break;
      case 'c':
        certificate = optarg;
        break;
      case 'k':
        key = optarg;
        break;
      case 's':
        seconds = (unsigned) atoi (optarg);
        break;
      default:
        return 2;
      }
  if ((certificate == NULL) != (key == NULL))
    return 2;
  signal (SIGPIPE, SIG_IGN);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  alarm (seconds);
  has_tls = certificate != NULL;
  if (has_tls)
    sink_tls_prepare (certificate, key);
  ehlo_reply = make_ehlo_reply (pipelining, has_tls, filler);
  encrypted_ehlo_reply = has_tls ? make_ehlo_reply (pipelining, false, filler) : ehlo_reply;
  open_listener (port);
  serve ();
  return 0;
}
