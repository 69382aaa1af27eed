/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The TLS options of a plan, loaded: what to offer, whom to trust, who we are. Files are read without
 * blocking, and whatever is wrong with them is found here, before a byte is sent. Made once, used for any
 * number of connections. */

#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>

#include "dialogue/smtp-tls-options.h"
#include "session/smtp-trust.h"

G_BEGIN_DECLS

typedef struct _SmtpTlsSettings SmtpTlsSettings;

void             smtp_tls_settings_load_async  (SmtpTlsOptions       *options,
                                                const char           *key_password,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
SmtpTlsSettings *smtp_tls_settings_load_finish (GAsyncResult         *result,
                                                GError              **error);
SmtpTlsSettings *smtp_tls_settings_new         (SmtpTlsOptions       *options,
                                                GError              **error);
gboolean         smtp_tls_settings_add_authority (SmtpTlsSettings    *self,
                                                GBytes               *pem,
                                                GError              **error);
SmtpTlsSettings *smtp_tls_settings_new_with_priority (SmtpTlsSettings *base,
                                                      const char      *priority,
                                                      GError         **error);
SmtpTlsSettings *smtp_tls_settings_ref         (SmtpTlsSettings      *self);
void             smtp_tls_settings_unref       (SmtpTlsSettings      *self);

gnutls_priority_t                smtp_tls_settings_get_priority    (SmtpTlsSettings *self);
gnutls_certificate_credentials_t smtp_tls_settings_get_credentials (SmtpTlsSettings *self);
gnutls_anon_client_credentials_t smtp_tls_settings_get_anonymous   (SmtpTlsSettings *self);
SmtpTrust                       *smtp_tls_settings_get_trust       (SmtpTlsSettings *self);
gboolean                         smtp_tls_settings_is_exploring    (SmtpTlsSettings *self);
const char                      *smtp_tls_settings_get_keylog_file (SmtpTlsSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpTlsSettings, smtp_tls_settings_unref)

G_END_DECLS
