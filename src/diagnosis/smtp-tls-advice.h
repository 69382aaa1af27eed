/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Human sentences, translated, about encryption: what a handshake showed, what is wrong with a certificate
 * and what to do about it, and why a handshake failed. */

#pragma once

#include <glib.h>

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

char       *smtp_tls_advice_describe       (SmtpTlsInfo        *tls);
char       *smtp_tls_advice_for_fault      (SmtpTlsInfo        *tls,
                                            const SmtpTlsFault *fault);
const char *smtp_tls_advice_for_fault_next (SmtpTlsFaultId      id);
char       *smtp_tls_advice_for_strict     (SmtpTlsInfo        *tls);
char       *smtp_tls_advice_for_failure    (SmtpStep           *step);
const char *smtp_tls_advice_for_alert_next (const char         *alert);
char       *smtp_tls_advice_format_date    (gint64              unix_time);
char       *smtp_tls_advice_format_validity (const SmtpCertificate *certificate,
                                             gint64              now);
const char *smtp_tls_advice_ocsp_words     (SmtpOcspStatus      status);

G_END_DECLS
