/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The least a client can do: blocking sockets, one dialogue, nothing shown. It is the yardstick of the measurements.
 *
 *   floor [-r RECIPIENTS] [-m FILE] [-c] PORT
 *
 * One dialogue with 127.0.0.1:PORT, each command after the reply to the one before, and a message (FILE, its lines
 * ended by CR LF; without it a built-in one). `-c` keeps all that was said with the time of each read and write, of
 * the message only its length. Exit status 0 when every reply was positive.
 *
 * It uses neither GIO nor GnuTLS but is linked to them, so that it pays for loading them as the program does. */

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define ROOM (256 * 1024)
#define MOST_PIECES 256

typedef struct
{
  long when; /* ns */
  size_t length;
  bool received;
} Event;

typedef struct
{
  char *bytes;
  size_t length;
  size_t space;
} Text;

/* With capture all that is received stays in `in`, else the room is used again. */
typedef struct
{
  int fd;
  bool capture;
  Text in;
  size_t at; /* the first byte of `in` not looked at */
  Text out;
  Event *events;
  size_t n_events;
  size_t event_space;
} Wire;

static void
fail (const char *what)
{
  fprintf (stderr, "floor: %s\n", what);
  exit (1);
}

static void
make_room (Text *text, size_t room)
{
  if (text->space - text->length >= room)
    return;
  text->space = (text->length + room) * 2;
  text->bytes = realloc (text->bytes, text->space);
  if (text->bytes == NULL)
    fail ("memory");
}

static void
note (Wire *wire, size_t length, bool received)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  if (wire->n_events == wire->event_space)
    {
      wire->event_space = wire->event_space * 2 + 64;
      wire->events = reallocarray (wire->events, wire->event_space, sizeof *wire->events);
      if (wire->events == NULL)
        fail ("memory");
    }
  wire->events[wire->n_events++] = (Event) { now.tv_sec * 1000000000L + now.tv_nsec, length, received };
}

/* Sends all pieces; they are used up. */
static void
send_pieces (Wire *wire, struct iovec *pieces, int n)
{
  while (n > 0)
    {
      ssize_t sent = writev (wire->fd, pieces, n);

      if (sent <= 0)
        fail ("sending failed");
      if (wire->capture)
        note (wire, (size_t) sent, false);
      while (n > 0 && (size_t) sent >= pieces->iov_len)
        {
          sent -= (ssize_t) pieces->iov_len;
          pieces++;
          n--;
        }
      if (n > 0)
        {
          pieces->iov_base = (char *) pieces->iov_base + sent;
          pieces->iov_len -= (size_t) sent;
        }
    }
}

static void
say (Wire *wire, const char *line)
{
  size_t length = strlen (line);

  if (wire->capture)
    {
      make_room (&wire->out, length);
      memcpy (wire->out.bytes + wire->out.length, line, length);
      wire->out.length += length;
    }
  send_pieces (wire, &(struct iovec) { (void *) line, length }, 1);
}

static void
receive (Wire *wire)
{
  ssize_t received;

  if (!wire->capture)
    {
      memmove (wire->in.bytes, wire->in.bytes + wire->at, wire->in.length - wire->at);
      wire->in.length -= wire->at;
      wire->at = 0;
    }
  make_room (&wire->in, ROOM);
  received = recv (wire->fd, wire->in.bytes + wire->in.length, ROOM, 0);
  if (received <= 0)
    fail ("the connection ended");
  if (wire->capture)
    note (wire, (size_t) received, true);
  wire->in.length += (size_t) received;
}

/* Reads one reply to the end of its last line. */
static void
expect_yes (Wire *wire)
{
  size_t looked_at = 0; /* of the line at `at` */

  for (;;)
    {
      char *line = wire->in.bytes + wire->at;
      size_t length = wire->in.length - wire->at;
      char *end = length > looked_at ? memchr (line + looked_at, '\n', length - looked_at) : NULL;

      if (end == NULL)
        {
          looked_at = length;
          receive (wire);
          continue;
        }
      if (end - line < 4 || (line[0] != '2' && line[0] != '3'))
        fail ("the server said no");
      wire->at += (size_t) (end + 1 - line);
      looked_at = 0;
      if (line[3] != '-')
        return;
    }
}

static void
ask (Wire *wire, const char *line)
{
  say (wire, line);
  expect_yes (wire);
}

/* Sends one block of the message with a second dot where a line begins with one. `line_begins` goes from block to
 * block. */
static void
send_block (Wire *wire, char *block, size_t length, bool *line_begins)
{
  struct iovec pieces[MOST_PIECES];
  char *end = block + length;
  char *unsent = block;
  int n = 0;

  for (char *line = block; line < end;)
    {
      char *line_end;

      if (*line_begins && *line == '.')
        {
          if (n + 3 > MOST_PIECES)
            {
              send_pieces (wire, pieces, n);
              n = 0;
            }
          pieces[n++] = (struct iovec) { unsent, (size_t) (line - unsent) };
          pieces[n++] = (struct iovec) { (void *) ".", 1 };
          unsent = line;
        }
      line_end = memchr (line, '\n', (size_t) (end - line));
      *line_begins = line_end != NULL;
      line = line_end != NULL ? line_end + 1 : end;
    }
  pieces[n++] = (struct iovec) { unsent, (size_t) (end - unsent) };
  send_pieces (wire, pieces, n);
}

static void
send_message (Wire *wire, const char *path)
{
  static char block[64 * 1024];
  bool line_begins = true;
  ssize_t length;
  int file;

  if (path == NULL)
    {
      say (wire, "Subject: floor\r\n\r\nNothing to say.\r\n.\r\n");
      expect_yes (wire);
      return;
    }
  file = open (path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    fail ("no such message");
  while ((length = read (file, block, sizeof block)) > 0)
    send_block (wire, block, (size_t) length, &line_begins);
  close (file);
  ask (wire, ".\r\n");
}

static void
call (Wire *wire, int port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((in_port_t) port) };
  int on = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  wire->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (wire->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect (wire->fd, (struct sockaddr *) &address, sizeof address) != 0)
    fail ("nobody answers");
  expect_yes (wire);
}

int
main (int argc, char **argv)
{
  Wire wire = { 0 };
  const char *message = NULL;
  int recipients = 1;
  int option;

  while ((option = getopt (argc, argv, "r:m:c")) != -1)
    switch (option)
      {
      case 'r':
        recipients = atoi (optarg);
        break;
      case 'm':
        message = optarg;
        break;
      case 'c':
        wire.capture = true;
        break;
      default:
        return 2;
      }
  if (optind + 1 != argc)
    return 2;

  call (&wire, atoi (argv[optind]));
  ask (&wire, "EHLO probe.test\r\n");
  ask (&wire, "MAIL FROM:<from@example.test>\r\n");
  for (int i = 0; i < recipients; i++)
    {
      char line[64];

      snprintf (line, sizeof line, "RCPT TO:<user%05d@example.test>\r\n", i);
      ask (&wire, line);
    }
  ask (&wire, "DATA\r\n");
  send_message (&wire, message);
  ask (&wire, "QUIT\r\n");
  close (wire.fd);
  return 0;
}
