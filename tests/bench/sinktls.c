/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "sinktls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LONGEST_RECORD 16384
#define ROOM           (256 * 1024)

struct SinkTls
{
  gnutls_session_t session;
  int fd;
  bool is_sending;  /* a record of which the socket did not take all */
  size_t taken;     /* of `encrypted`, by the library */
  size_t length;
  char encrypted[ROOM];
};

static gnutls_certificate_credentials_t credentials;
static gnutls_priority_t priority;

void
sink_tls_prepare (const char *certificate, const char *key)
{
  int result = gnutls_certificate_allocate_credentials (&credentials);

  if (result >= 0)
    result = gnutls_certificate_set_x509_key_file (credentials, certificate, key, GNUTLS_X509_FMT_PEM);
  if (result >= 0)
    result = gnutls_priority_init (&priority, NULL, NULL);
  if (result < 0)
    {
      fprintf (stderr, "sink: %s, %s: %s\n", certificate, key, gnutls_strerror (result));
      exit (1);
    }
}

/* The library asks for the five bytes that begin a record, then for the rest of it. By itself each would be a call
 * to the system. */
static ssize_t
pull (gnutls_transport_ptr_t data, void *buffer, size_t size)
{
  SinkTls *self = data;

  if (self->taken == self->length)
    {
      ssize_t received = recv (self->fd, self->encrypted, ROOM, 0);

      if (received <= 0)
        return received;
      self->taken = 0;
      self->length = (size_t) received;
    }
  if (size > self->length - self->taken)
    size = self->length - self->taken;
  memcpy (buffer, self->encrypted + self->taken, size);
  self->taken += size;
  return (ssize_t) size;
}

static ssize_t
push (gnutls_transport_ptr_t data, const void *bytes, size_t length)
{
  return send (((SinkTls *) data)->fd, bytes, length, MSG_NOSIGNAL);
}

SinkTls *
sink_tls_new (int fd)
{
  SinkTls *self = malloc (sizeof *self);

  if (self == NULL || gnutls_init (&self->session, GNUTLS_SERVER | GNUTLS_NONBLOCK) < 0)
    {
      fprintf (stderr, "sink: no memory for TLS\n");
      exit (1);
    }
  self->fd = fd;
  self->is_sending = false;
  self->taken = self->length = 0;
  gnutls_priority_set (self->session, priority);
  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_pull_function (self->session, pull);
  gnutls_transport_set_push_function (self->session, push);
  return self;
}

/* Of what the library returned. */
static ssize_t
to_system (ssize_t result)
{
  if (result >= 0)
    return result;
  errno = result == GNUTLS_E_AGAIN ? EAGAIN : result == GNUTLS_E_INTERRUPTED ? EINTR : EPROTO;
  return -1;
}

int
sink_tls_greet (SinkTls *self)
{
  int result;

  do
    result = gnutls_handshake (self->session);
  while (result < 0 && result != GNUTLS_E_AGAIN && !gnutls_error_is_fatal (result));
  return (int) to_system (result);
}

bool
sink_tls_is_full (SinkTls *self)
{
  return gnutls_record_get_direction (self->session) == 1;
}

ssize_t
sink_tls_receive (SinkTls *self, void *buffer, size_t size)
{
  return to_system (gnutls_record_recv (self->session, buffer, size));
}

ssize_t
sink_tls_send (SinkTls *self, const struct iovec *pieces, size_t n)
{
  static char record[LONGEST_RECORD];
  size_t length = 0;
  ssize_t sent;

  for (size_t i = 0; i < n && length < LONGEST_RECORD && !self->is_sending; i++)
    {
      size_t part = pieces[i].iov_len < LONGEST_RECORD - length ? pieces[i].iov_len : LONGEST_RECORD - length;

      memcpy (record + length, pieces[i].iov_base, part);
      length += part;
    }
  /* What was not sent whole is still with the library, which wants to be asked for it this way. */
  sent = gnutls_record_send (self->session, self->is_sending ? NULL : record, length);
  self->is_sending = sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED;
  return to_system (sent);
}

void
sink_tls_free (SinkTls *self)
{
  if (self == NULL)
    return;
  gnutls_bye (self->session, GNUTLS_SHUT_WR);
  gnutls_deinit (self->session);
  free (self);
}
