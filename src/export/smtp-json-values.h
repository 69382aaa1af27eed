/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Members of JSON objects, one a call. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void smtp_json_add_string  (JsonBuilder        *builder,
                            const char         *name,
                            const char         *value);
void smtp_json_add_int     (JsonBuilder        *builder,
                            const char         *name,
                            gint64              value);
void smtp_json_add_boolean (JsonBuilder        *builder,
                            const char         *name,
                            gboolean            value);
void smtp_json_add_time    (JsonBuilder        *builder,
                            const char         *name,
                            gint64              us);
void smtp_json_add_strings (JsonBuilder        *builder,
                            const char         *name,
                            const char * const *values);

G_END_DECLS
