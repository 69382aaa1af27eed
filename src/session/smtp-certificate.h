/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* X.509 to plain data: what is in a certificate, and what is wrong with a chain. Decodes and checks; asks
 * no network, decides nothing. Whatever a server sends is bounded here: certificates past the limit are
 * only counted, texts are cut and escaped, and what cannot be decoded becomes a fault. */

#pragma once

#include <gnutls/x509.h>

#include "dialogue/smtp-tls-info.h"
#include "session/smtp-trust.h"

G_BEGIN_DECLS

#define SMTP_CERTIFICATE_MOST      100      /* of a chain */
#define SMTP_CERTIFICATE_MOST_SIZE 1048576  /* bytes of one; more is malformed */

SmtpCertificate *smtp_certificate_read    (const gnutls_datum_t   *der);

void             smtp_certificate_check   (SmtpTlsInfo            *info,
                                           const gnutls_datum_t   *chain,
                                           guint                   n_chain,
                                           const gnutls_datum_t   *staple,
                                           SmtpTrust              *trust,
                                           const char             *verify_name,
                                           gint64                  now);

G_END_DECLS
