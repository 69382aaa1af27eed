/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The authorities to trust. A bundle of them is kept as it is, and only those certificates are decoded that
 * a chain names: decoding the hundred and more of a system would take longer than a handshake. Not for use
 * by several threads at once. */

#pragma once

#include <gnutls/x509.h>

#include "session/smtp-der.h"

G_BEGIN_DECLS

#define SMTP_TRUST_ERROR (smtp_trust_error_quark ())

/**
 * SmtpTrustError:
 * @SMTP_TRUST_ERROR_EMPTY: there is no certificate in it
 * @SMTP_TRUST_ERROR_MALFORMED: one of its certificates cannot be decoded
 * @SMTP_TRUST_ERROR_NO_SYSTEM: this system has no list of authorities where one is expected
 */
typedef enum
{
  SMTP_TRUST_ERROR_EMPTY,
  SMTP_TRUST_ERROR_MALFORMED,
  SMTP_TRUST_ERROR_NO_SYSTEM,
} SmtpTrustError;

typedef struct _SmtpTrust SmtpTrust;

GQuark      smtp_trust_error_quark (void);

SmtpTrust  *smtp_trust_new         (void);
void        smtp_trust_free        (SmtpTrust      *self);
gboolean    smtp_trust_add_pem     (SmtpTrust      *self,
                                    GBytes         *pem,
                                    GError        **error);
gboolean    smtp_trust_add_system  (SmtpTrust      *self,
                                    GError        **error);
const char *smtp_trust_describe    (SmtpTrust      *self);
void        smtp_trust_find        (SmtpTrust      *self,
                                    const SmtpDer  *name,
                                    GPtrArray      *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpTrust, smtp_trust_free)

G_END_DECLS
