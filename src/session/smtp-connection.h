/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One TCP connection as callbacks: bytes came, everything was written, it ended. From start_tls() on the
 * bytes go through TLS, which makes no other difference to the caller. Never blocks. Private to the
 * session. One write per command, Nagle's algorithm off: a command that waits for an acknowledgement
 * costs 40 ms. */

#pragma once

#include <gio/gio.h>

#include "session/smtp-tls.h"

G_BEGIN_DECLS

typedef struct _SmtpConnection SmtpConnection;

/**
 * SmtpConnectionEvents:
 * @connected: the connection stands
 * @handshaken: the TLS handshake stands
 * @received: bytes came; they are valid during the call
 * @drained: everything handed to smtp_connection_write() was taken by the system
 * @ended: it is over: @error, a #GIOErrorEnum or #SmtpTlsError, says why, %NULL that the server closed it
 *
 * What a connection reports. Any of them may close and free the connection.
 */
typedef struct
{
  void (*connected)  (gpointer      user_data);
  void (*handshaken) (gpointer      user_data);
  void (*received)   (const char   *bytes,
                      gsize         length,
                      gpointer      user_data);
  void (*drained)    (gpointer      user_data);
  void (*ended)      (const GError *error,
                      gpointer      user_data);
} SmtpConnectionEvents;

SmtpConnection *smtp_connection_open              (GInetAddress               *address,
                                                   guint16                     port,
                                                   int                         io_priority,
                                                   const SmtpConnectionEvents *events,
                                                   gpointer                    user_data,
                                                   GError                    **error);
void            smtp_connection_close             (SmtpConnection             *self);
void            smtp_connection_write             (SmtpConnection             *self,
                                                   const char                 *bytes,
                                                   gsize                       length);
const char     *smtp_connection_read_pending      (SmtpConnection             *self,
                                                   gsize                      *length);
void            smtp_connection_start_tls         (SmtpConnection             *self,
                                                   SmtpTls                    *tls);
SmtpTls        *smtp_connection_get_tls           (SmtpConnection             *self);
gboolean        smtp_connection_is_drained        (SmtpConnection             *self);
void            smtp_connection_call_when_drained (SmtpConnection             *self);
char           *smtp_connection_get_local         (SmtpConnection             *self,
                                                   char                      **address);

G_END_DECLS
