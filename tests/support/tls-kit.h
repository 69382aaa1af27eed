/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What tests of TLS need beside certificates: credentials made of a chain, settings loaded while the caller
 * waits, and a server's end of TLS whose GnuTLS session is open to the test, so that what our end says of a
 * connection can be held against what the other end knows of it. No socket: the test carries the bytes. */

#pragma once

#include "session/smtp-tls.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

/**
 * TlsMode:
 * @name: for the names of tests
 * @min: the plan's word for it
 * @version: the library's
 * @server: the priority string of a server that speaks nothing else
 *
 * One version of TLS; tests run in each.
 */
typedef struct
{
  const char        *name;
  const char        *min;
  gnutls_protocol_t  version;
  const char        *server;
} TlsMode;

#define TLS_N_MODES 2

extern const TlsMode tls_modes[TLS_N_MODES];

/**
 * TlsEnd:
 * @session: the library's
 * @input: encrypted, from the client
 * @taken: how much of it the library has
 * @input_ended: whether nothing more comes
 * @output: encrypted, for the client
 * @done: whether the handshake stands
 *
 * A server's end.
 */
typedef struct
{
  gnutls_session_t  session;
  GByteArray       *input;
  gsize             taken;
  gboolean          input_ended;
  GByteArray       *output;
  gboolean          done;
} TlsEnd;

TestPki         *tls_kit_get_pki             (void);
gnutls_certificate_credentials_t
                 tls_kit_make_credentials    (TestPki                       *pki,
                                              const char                    *chain);
gnutls_certificate_credentials_t
                 tls_kit_make_credentials_of (TestCertificate *const        *certificates,
                                              guint                          n);
SmtpTlsSettings *tls_kit_load_settings    (SmtpTlsOptions                   *options,
                                           const char                       *password,
                                           GError                          **error);
SmtpTlsSettings *tls_kit_make_settings    (const TlsMode                    *mode);
SmtpTlsSettings *tls_kit_trust_pki        (TestPki                          *pki);
void             tls_kit_set              (SmtpTlsOptions                   *options,
                                           SmtpTlsOption                     option,
                                           const char                       *value);
GByteArray      *tls_kit_take             (GByteArray                       *bytes);
void             tls_kit_remove           (const char                       *folder);

TlsEnd          *tls_end_new              (gnutls_certificate_credentials_t  credentials,
                                           const char                       *priority,
                                           unsigned int                      flags);
void             tls_end_free             (TlsEnd                           *self);
void             tls_end_put              (TlsEnd                           *self,
                                           GByteArray                       *bytes);
gboolean         tls_end_handshake        (TlsEnd                           *self);
void             tls_end_write            (TlsEnd                           *self,
                                           const char                       *bytes,
                                           gsize                             length);
int              tls_end_read             (TlsEnd                           *self,
                                           GByteArray                       *into);
SmtpTlsResult    tls_end_meet             (TlsEnd                           *self,
                                           SmtpTls                          *client,
                                           GError                          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsEnd, tls_end_free)

G_END_DECLS
