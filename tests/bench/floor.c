/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The least a client can do: blocking sockets, one dialogue, nothing shown. It is the yardstick of the measurements.
 *
 *   floor [-r RECIPIENTS] [-m FILE] [-c] [-t FILE [-s]] PORT
 *
 * One dialogue with 127.0.0.1:PORT, each command after the reply to the one before, and a message (FILE, its lines
 * ended by CR LF; without it a built-in one). `-c` keeps all that was said with the time of each read and write, of
 * the message only its length. `-t` encrypts by STARTTLS; the server's certificate must be for 127.0.0.1 and from an
 * authority in FILE or, with `-s`, from one that the system trusts. Exit status 0 when every reply was positive.
 *
 * It does not use GIO but is linked to it, so that it pays for loading it as the program does. */

#include <fcntl.h>
#include <gnutls/gnutls.h>
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
#define BLOCK (64 * 1024)

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
  gnutls_certificate_credentials_t trust; /* with TLS only */
  gnutls_session_t tls; /* once it stands */
  Text encrypted; /* to be sent with one call */
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

static void
send_all (Wire *wire, const char *bytes, size_t length)
{
  while (length > 0)
    {
      ssize_t sent = send (wire->fd, bytes, length, MSG_NOSIGNAL);

      if (sent <= 0)
        fail ("sending failed");
      bytes += sent;
      length -= (size_t) sent;
    }
}

static ssize_t
push (gnutls_transport_ptr_t data, const void *bytes, size_t length)
{
  Text *encrypted = &((Wire *) data)->encrypted;

  make_room (encrypted, length);
  memcpy (encrypted->bytes + encrypted->length, bytes, length);
  encrypted->length += length;
  return (ssize_t) length;
}

static void
flush (Wire *wire)
{
  send_all (wire, wire->encrypted.bytes, wire->encrypted.length);
  wire->encrypted.length = 0;
}

static ssize_t
pull (gnutls_transport_ptr_t data, void *buffer, size_t size)
{
  Wire *wire = data;

  flush (wire);
  return recv (wire->fd, buffer, size, 0);
}

/* A piece of its own would be a record of its own, so they are put together. */
static void
send_encrypted (Wire *wire, const struct iovec *pieces, int n)
{
  static char gathered[BLOCK + MOST_PIECES];
  const char *bytes = pieces[0].iov_base;
  size_t left = pieces[0].iov_len;

  if (n > 1)
    {
      bytes = gathered;
      left = 0;
      for (int i = 0; i < n; i++)
        {
          memcpy (gathered + left, pieces[i].iov_base, pieces[i].iov_len);
          left += pieces[i].iov_len;
        }
    }
  if (wire->capture)
    note (wire, left, false);
  while (left > 0)
    {
      ssize_t taken = gnutls_record_send (wire->tls, bytes, left);

      if (taken <= 0)
        fail ("encrypting failed");
      bytes += taken;
      left -= (size_t) taken;
    }
  flush (wire);
}

/* Sends all pieces; they are used up. */
static void
send_pieces (Wire *wire, struct iovec *pieces, int n)
{
  if (wire->tls != NULL)
    {
      send_encrypted (wire, pieces, n);
      return;
    }
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

  if (!wire->capture && wire->at > 0)
    {
      memmove (wire->in.bytes, wire->in.bytes + wire->at, wire->in.length - wire->at);
      wire->in.length -= wire->at;
      wire->at = 0;
    }
  make_room (&wire->in, ROOM);
  received = wire->tls != NULL ? gnutls_record_recv (wire->tls, wire->in.bytes + wire->in.length, ROOM)
                               : recv (wire->fd, wire->in.bytes + wire->in.length, ROOM, 0);
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
  static char block[BLOCK];
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

static void
prepare_tls (Wire *wire, const char *authorities, bool trusts_system)
{
  if (gnutls_certificate_allocate_credentials (&wire->trust) < 0)
    fail ("memory");
  if (trusts_system && gnutls_certificate_set_x509_system_trust (wire->trust) < 1)
    fail ("the system trusts nobody");
  if (gnutls_certificate_set_x509_trust_file (wire->trust, authorities, GNUTLS_X509_FMT_PEM) < 1)
    fail ("no authority in the file");
}

static void
start_tls (Wire *wire)
{
  gnutls_session_t session;
  int result;

  ask (wire, "STARTTLS\r\n");
  if (gnutls_init (&session, GNUTLS_CLIENT) < 0)
    fail ("memory");
  gnutls_set_default_priority (session);
  gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, wire->trust);
  gnutls_session_set_verify_cert (session, "127.0.0.1", 0);
  gnutls_transport_set_ptr (session, wire);
  gnutls_transport_set_push_function (session, push);
  gnutls_transport_set_pull_function (session, pull);
  do
    result = gnutls_handshake (session);
  while (result < 0 && !gnutls_error_is_fatal (result));
  if (result < 0)
    fail (gnutls_strerror (result));
  wire->tls = session; /* its last word goes with the next command */
}

int
main (int argc, char **argv)
{
  Wire wire = { 0 };
  const char *message = NULL;
  const char *authorities = NULL;
  bool trusts_system = false;
  int recipients = 1;
  int option;

  while ((option = getopt (argc, argv, "r:m:ct:s")) != -1)
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
      case 't':
        authorities = optarg;
        break;
      case 's':
        trusts_system = true;
        break;
      default:
        return 2;
      }
  if (optind + 1 != argc)
    return 2;

  if (authorities != NULL)
    prepare_tls (&wire, authorities, trusts_system);
  call (&wire, atoi (argv[optind]));
  ask (&wire, "EHLO probe.test\r\n");
  if (authorities != NULL)
    {
      start_tls (&wire);
      ask (&wire, "EHLO probe.test\r\n");
    }
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
  if (wire.tls != NULL)
    {
      gnutls_bye (wire.tls, GNUTLS_SHUT_WR);
      send (wire.fd, wire.encrypted.bytes, wire.encrypted.length, MSG_NOSIGNAL); /* nobody need be there any more */
    }
  close (wire.fd);
  return 0;
}
