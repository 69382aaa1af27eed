/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the user chose about encryption, as the texts that a plan takes. The password of a key is not among them,
 * and the key log is not remembered: it is off at every start. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-plan.h"

G_BEGIN_DECLS

/**
 * ProbeEncryptionValues:
 * @texts: by #SmtpTlsOption; %NULL: the default
 */
typedef struct
{
  char *texts[SMTP_TLS_N_OPTIONS];
} ProbeEncryptionValues;

void        probe_encryption_values_clear         (ProbeEncryptionValues *values);
const char *probe_encryption_values_get           (ProbeEncryptionValues *values,
                                                   SmtpTlsOption          option);
void        probe_encryption_values_set           (ProbeEncryptionValues *values,
                                                   SmtpTlsOption          option,
                                                   const char            *text);
void        probe_encryption_values_load          (ProbeEncryptionValues *values,
                                                   GSettings             *settings);
void        probe_encryption_values_save          (ProbeEncryptionValues *values,
                                                   GSettings             *settings);
gboolean    probe_encryption_values_fill          (ProbeEncryptionValues *values,
                                                   SmtpTlsOptions        *options,
                                                   SmtpTlsOption         *wrong,
                                                   GError               **error);
char       *probe_encryption_values_to_words      (ProbeEncryptionValues *values);

G_END_DECLS
