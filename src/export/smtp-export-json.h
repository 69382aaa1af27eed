/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of the JSON export that more than one document has, or that have a file of their own. */

#pragma once

#include <json-glib/json-glib.h>

#include "dialogue/smtp-transcript.h"

G_BEGIN_DECLS

void smtp_export_json_add_target       (JsonBuilder    *builder,
                                        SmtpPlan       *plan,
                                        SmtpTranscript *transcript);
void smtp_export_json_add_capabilities (JsonBuilder    *builder,
                                        SmtpTranscript *transcript);
void smtp_export_json_add_tls          (JsonBuilder    *builder,
                                        SmtpStep       *handshake);

G_END_DECLS
