/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of the JSON export that have a file of their own. */

#pragma once

#include <json-glib/json-glib.h>

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

void smtp_export_json_add_tls (JsonBuilder *builder,
                               SmtpStep    *handshake);

G_END_DECLS
