/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Who a practice server says it is: certificates made on the spot, good ones and ones with a single flaw,
 * and the authority behind them. Nothing of it is on disk, and nothing outlives the server. Private to
 * practice. */

#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/**
 * SmtpPracticeCertificate:
 * @SMTP_PRACTICE_CERTIFICATE_GOOD: nothing is wrong with it, if the authority is trusted
 * @SMTP_PRACTICE_CERTIFICATE_SELF_SIGNED: it signs itself; there is no authority
 * @SMTP_PRACTICE_CERTIFICATE_EXPIRED: good until yesterday
 * @SMTP_PRACTICE_CERTIFICATE_WRONG_NAME: for a server of another name
 * @SMTP_PRACTICE_CERTIFICATE_INCOMPLETE: good, but the server does not send the intermediate certificate
 */
typedef enum
{
  SMTP_PRACTICE_CERTIFICATE_GOOD,
  SMTP_PRACTICE_CERTIFICATE_SELF_SIGNED,
  SMTP_PRACTICE_CERTIFICATE_EXPIRED,
  SMTP_PRACTICE_CERTIFICATE_WRONG_NAME,
  SMTP_PRACTICE_CERTIFICATE_INCOMPLETE,
} SmtpPracticeCertificate;

typedef struct _SmtpPracticeTls SmtpPracticeTls;

SmtpPracticeTls                  *smtp_practice_tls_new             (SmtpPracticeCertificate   kind,
                                                                     gint64                    now,
                                                                     GError                  **error);
SmtpPracticeTls                  *smtp_practice_tls_ref             (SmtpPracticeTls          *self);
void                              smtp_practice_tls_unref           (SmtpPracticeTls          *self);
gnutls_certificate_credentials_t  smtp_practice_tls_get_credentials (SmtpPracticeTls          *self);
GBytes                           *smtp_practice_tls_get_authority   (SmtpPracticeTls          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpPracticeTls, smtp_practice_tls_unref)

G_END_DECLS
