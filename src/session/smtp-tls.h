/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One end of a TLS session as a pump between two buffers: encrypted bytes from the peer go in, encrypted
 * bytes for the peer come out, and nothing in here knows a socket, a clock or a main loop. Whoever owns it
 * carries the bytes.
 *
 * A bad certificate is no failure of the handshake: what is wrong with it is told by smtp_tls_describe(). */

#pragma once

#include <gnutls/gnutls.h>

#include "dialogue/smtp-tls-info.h"
#include "session/smtp-tls-settings.h"

G_BEGIN_DECLS

#define SMTP_TLS_ERROR (smtp_tls_error_quark ())
GQuark smtp_tls_error_quark (void);

/**
 * SmtpTlsError:
 * @SMTP_TLS_ERROR_ALERT: the peer sent a fatal alert; the message is its name in RFC 8446 section 6
 * @SMTP_TLS_ERROR_NOT_TLS: what the peer sent is no TLS; see smtp_tls_get_input()
 * @SMTP_TLS_ERROR_CLOSED: the peer closed the connection in the middle of the handshake
 * @SMTP_TLS_ERROR_TRUNCATED: the peer closed the connection without the close_notify alert
 * @SMTP_TLS_ERROR_FAILED: anything else; the message is the library's
 */
typedef enum
{
  SMTP_TLS_ERROR_ALERT,
  SMTP_TLS_ERROR_NOT_TLS,
  SMTP_TLS_ERROR_CLOSED,
  SMTP_TLS_ERROR_TRUNCATED,
  SMTP_TLS_ERROR_FAILED,
} SmtpTlsError;

typedef enum
{
  SMTP_TLS_DONE,        /* the handshake stands, or bytes were read */
  SMTP_TLS_WANTS_MORE,  /* nothing to be done before more comes from the peer */
  SMTP_TLS_ENDED,       /* the peer said close_notify */
  SMTP_TLS_FAILED,      /* there is an error */
} SmtpTlsResult;

typedef struct _SmtpTls SmtpTls;

SmtpTls       *smtp_tls_new_client   (SmtpTlsSettings                   *settings,
                                      const char                        *sni,
                                      GError                           **error);
SmtpTls       *smtp_tls_new_server   (gnutls_certificate_credentials_t   credentials,
                                      const char                        *priority,
                                      GError                           **error);
void           smtp_tls_free         (SmtpTls                           *self);

void           smtp_tls_put          (SmtpTls                           *self,
                                      const char                        *bytes,
                                      gsize                              length);
void           smtp_tls_put_end      (SmtpTls                           *self);
GByteArray    *smtp_tls_get_output   (SmtpTls                           *self);
const char    *smtp_tls_get_input    (SmtpTls                           *self,
                                      gsize                             *length);

SmtpTlsResult  smtp_tls_handshake    (SmtpTls                           *self,
                                      GError                           **error);
gboolean       smtp_tls_is_done      (SmtpTls                           *self);
SmtpTlsResult  smtp_tls_read         (SmtpTls                           *self,
                                      char                              *buffer,
                                      gsize                              size,
                                      gsize                             *length,
                                      GError                           **error);
gboolean       smtp_tls_write        (SmtpTls                           *self,
                                      const char                        *bytes,
                                      gsize                              length,
                                      GError                           **error);
void           smtp_tls_say_goodbye  (SmtpTls                           *self);

SmtpTlsInfo   *smtp_tls_describe     (SmtpTls                           *self,
                                      const char                        *verify_name,
                                      gint64                             now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpTls, smtp_tls_free)

G_END_DECLS
