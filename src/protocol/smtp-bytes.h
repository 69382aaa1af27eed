/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One escaper for everything a server sent that is shown to a person. What comes out is valid UTF-8
 * without control characters, without characters that reorder or hide text, and without line ends.
 * It is for reading, not for decoding: the lossless form is the raw bytes. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *smtp_bytes_skip_plain (const char *at,
                                   const char *end);
void  smtp_bytes_append_escaped (GString    *out,
                                 const char *bytes,
                                 gsize       length);
char *smtp_bytes_escape         (const char *bytes,
                                 gsize       length,
                                 gsize       max_bytes);

G_END_DECLS
